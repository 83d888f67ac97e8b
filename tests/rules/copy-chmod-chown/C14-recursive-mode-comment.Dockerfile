FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod -R 755 /app \
    # and the owner
    && chown -R 33:33 /app
