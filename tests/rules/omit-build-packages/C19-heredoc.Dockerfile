FROM debian:bookworm-slim
RUN <<SCRIPT
apt-get install -y gcc curl
SCRIPT
RUN ["apt-get", "install", "-y", "gcc", "curl"]
CMD ["/app"]
