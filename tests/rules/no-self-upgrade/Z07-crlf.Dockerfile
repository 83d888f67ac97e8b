FROM python:3.13
RUN pip install --upgrade pip \
    && pip install flask
