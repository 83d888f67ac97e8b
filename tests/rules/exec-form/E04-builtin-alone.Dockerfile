FROM debian:trixie-slim
CMD ulimit -n 65535 && exec app
