FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod -R 2755 /app
