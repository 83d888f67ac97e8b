FROM debian:trixie-slim
ADD https://t.example/api/v1/install.sh /
ADD https://t.example/releases/download/v2/t.gz /
