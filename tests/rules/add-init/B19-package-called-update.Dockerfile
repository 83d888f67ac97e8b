FROM python:3.13
RUN apt-get install -y update-motd && apt-get install -y curl
CMD ["python", "report.py"]
