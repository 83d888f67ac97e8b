FROM python:3.13
RUN git clone https://github.com/example/lib.git /lib-src && pip install --no-cache-dir /lib-src && rm -rf /lib-src
