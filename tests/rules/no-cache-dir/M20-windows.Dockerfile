FROM python:3.12-windowsservercore
RUN pip install a
