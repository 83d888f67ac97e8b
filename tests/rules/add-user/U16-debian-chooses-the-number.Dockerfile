FROM python:3.12-slim-bookworm
RUN addgroup web && adduser --disabled-password --gecos "" --ingroup web web
USER web
CMD ["python3", "-m", "http.server", "8080"]
