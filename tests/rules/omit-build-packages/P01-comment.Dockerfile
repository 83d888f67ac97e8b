FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl \
    # for nothing
    gcc \
    jq
COPY app /app
CMD ["/app"]
