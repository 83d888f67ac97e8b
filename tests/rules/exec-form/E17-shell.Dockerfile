FROM debian:trixie-slim
SHELL ["/bin/bash", "-c"]
HEALTHCHECK CMD curl -f http://localhost/
