FROM python:3.12-slim
WORKDIR /srv/clock
COPY clock.py .
CMD ["python", "clock.py"]
