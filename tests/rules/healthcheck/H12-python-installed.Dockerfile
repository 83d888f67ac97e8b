FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-uvicorn && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
COPY . .
CMD ["python3", "-m", "uvicorn", "main:app", "--port", "9000"]
