FROM ghcr.io/astral-sh/uv:python3.14-bookworm-slim
COPY . /app
ENTRYPOINT ["uv", "run", "uvicorn", "app:app"]
