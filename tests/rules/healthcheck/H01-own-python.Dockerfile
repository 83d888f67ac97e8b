FROM debian:bookworm-slim
WORKDIR /app
COPY . .
CMD ["uv", "run", "uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
