FROM debian:bookworm-slim
WORKDIR /app
ONBUILD COPY . .
ONBUILD RUN chmod -R 755 /app
