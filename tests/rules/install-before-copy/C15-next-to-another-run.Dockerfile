FROM debian:trixie-slim
RUN mkdir /data
ENV A=1
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
