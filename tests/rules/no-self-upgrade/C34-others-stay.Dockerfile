FROM python:3.13-slim
RUN pip install pip poetry==1.8.5 --upgrade
RUN pip install -U poetry pip
