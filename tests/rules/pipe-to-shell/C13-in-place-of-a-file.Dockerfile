FROM debian:bookworm-slim
RUN bash <(curl -s https://a.example/i.sh)
