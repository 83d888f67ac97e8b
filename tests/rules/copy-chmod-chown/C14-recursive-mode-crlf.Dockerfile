FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod --recursive 755 /app \
    && echo done
