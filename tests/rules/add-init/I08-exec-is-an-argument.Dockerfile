FROM debian:trixie-slim
CMD server --mode exec now; rm -f /run/pid
