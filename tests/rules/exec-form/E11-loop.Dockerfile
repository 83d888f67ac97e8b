FROM debian:trixie-slim
CMD while true; do work; sleep 5; done
