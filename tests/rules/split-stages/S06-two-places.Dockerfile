FROM python:3.12-bookworm
RUN pip install uv gunicorn
WORKDIR /app
COPY . .
RUN uv sync --frozen --no-dev
CMD ["gunicorn", "app:app"]
