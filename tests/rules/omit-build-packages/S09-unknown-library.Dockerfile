FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl libsomething-unknown-dev
COPY app /app
CMD ["/app"]
