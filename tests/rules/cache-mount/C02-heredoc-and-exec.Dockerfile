FROM debian:bookworm-slim
RUN <<SCRIPT
apt-get update
apt-get install -y curl
SCRIPT
RUN ["apt-get", "update"]
