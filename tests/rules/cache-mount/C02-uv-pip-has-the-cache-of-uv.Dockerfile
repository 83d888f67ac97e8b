FROM python:3.13-slim-bookworm
RUN uv pip install --system flask==3.0.0
