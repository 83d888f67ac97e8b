FROM debian:trixie-slim
CMD migrate && server --port 80
