FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
CMD ["gunicorn", "--bind", "unix:/tmp/x.sock", "main:app"]
