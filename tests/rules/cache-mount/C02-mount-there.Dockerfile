FROM python:3.13-slim-bookworm
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
