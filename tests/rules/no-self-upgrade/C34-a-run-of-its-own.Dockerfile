FROM python:3.13
WORKDIR /app

RUN python3 -m pip install -U pip
COPY requirements.txt .
RUN pip install -r requirements.txt
