FROM python:3.13-slim-bookworm
WORKDIR /srv
COPY . .
CMD ["uvicorn", "main:app"]
