FROM debian:trixie-slim
CMD ["app"]