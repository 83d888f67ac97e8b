FROM python:3.13
# newest pip
RUN pip install --upgrade pip
