FROM debian:trixie-slim
CMD server > /log 2>&1
