FROM debian:bookworm-slim
WORKDIR /app
COPY --chmod=700 . .
RUN chmod -R 755 /app
