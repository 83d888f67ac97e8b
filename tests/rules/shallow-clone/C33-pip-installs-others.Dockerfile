FROM python:3.13 AS src
RUN git clone https://github.com/example/one.git && pip install "flask[async]>=3" gunicorn==23.0.0 && rm -rf one
