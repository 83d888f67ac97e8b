FROM debian:trixie-slim
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
CMD ["app"]
