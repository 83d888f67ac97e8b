FROM debian:trixie-slim
CMD server || sleep infinity
