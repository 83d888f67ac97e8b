FROM debian:trixie-slim
CMD server; rm -f /run/pid
