FROM python:3.12-slim
RUN uv pip install --system a && uv sync --frozen
