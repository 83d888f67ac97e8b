FROM python:3.12-bookworm
# the page of uv says so
RUN curl -LsSf https://astral.sh/uv/0.9.26/install.sh | sh
ENV PATH="/root/.local/bin:$PATH"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY . .
CMD ["/app/.venv/bin/python", "app.py"]
