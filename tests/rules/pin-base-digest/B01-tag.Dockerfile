FROM debian:trixie-slim
CMD ["true"]
