FROM python:3.12-slim
RUN pip install -r requirements.txt && pip3 install flask
RUN python -m pip install --upgrade pip
RUN /opt/venv/bin/pip --timeout 100 install "flask[async]"
RUN sudo -H pip3.12 install \
    a \
    b
