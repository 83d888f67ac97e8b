FROM python:latest
COPY job.py /srv/job.py
CMD ["python", "/srv/job.py"]
