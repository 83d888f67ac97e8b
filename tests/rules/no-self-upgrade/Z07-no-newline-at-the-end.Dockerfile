FROM python:3.13
RUN pip install flask
RUN pip install --upgrade pip