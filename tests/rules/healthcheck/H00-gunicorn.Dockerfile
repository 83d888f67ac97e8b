FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
CMD ["gunicorn", "-w", "2", "-b", "0.0.0.0:5000", "main:app"]
