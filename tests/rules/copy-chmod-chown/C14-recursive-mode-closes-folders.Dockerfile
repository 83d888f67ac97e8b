FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod -R 644 /app
