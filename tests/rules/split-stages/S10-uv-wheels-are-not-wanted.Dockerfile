FROM python:3.12-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.9.26 /uv /uvx /bin/
WORKDIR /app
COPY . .
ENV UV_NO_BINARY_PACKAGE=fastpath
RUN uv sync --frozen --no-dev
CMD [".venv/bin/python", "app.py"]
