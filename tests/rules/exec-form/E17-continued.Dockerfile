FROM debian:trixie-slim
HEALTHCHECK --timeout=3s \
  # asks itself
  CMD curl \
    # quietly
    -s http://localhost/
