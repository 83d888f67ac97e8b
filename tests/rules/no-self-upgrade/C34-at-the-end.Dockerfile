FROM python:3.13-slim
RUN pip install flask && \
    pip3 install --upgrade "pip"
