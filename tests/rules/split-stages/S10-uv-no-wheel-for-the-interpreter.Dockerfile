FROM python:3.11-bookworm
RUN pip install uv
WORKDIR /app
COPY . .
RUN uv sync --frozen --no-dev
CMD [".venv/bin/python", "app.py"]
