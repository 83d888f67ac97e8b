FROM python:3.12-slim-bookworm
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN a | b
CMD gunicorn app:app
