FROM debian:trixie-slim
RUN if ! command -v curl; then apt update && apt install -y curl; fi
CMD ["true"]
