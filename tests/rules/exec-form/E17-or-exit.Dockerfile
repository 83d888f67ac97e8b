FROM debian:trixie-slim
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
CMD ["x"]
