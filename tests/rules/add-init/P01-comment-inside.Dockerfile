FROM debian:trixie-slim
ENTRYPOINT cd /app && \
  # the server
  exec node a.js
