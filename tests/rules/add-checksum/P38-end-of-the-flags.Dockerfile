FROM debian:trixie-slim
ADD --chmod=644 -- https://t.example/t-1.4.gz /
