FROM python:3.13
ONBUILD RUN pip install --upgrade pip
