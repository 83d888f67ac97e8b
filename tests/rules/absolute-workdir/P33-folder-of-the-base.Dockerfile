FROM debian:trixie-slim
WORKDIR app
CMD ["true"]
