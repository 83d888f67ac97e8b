FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y cmake
COPY app /app
CMD ["/app"]
