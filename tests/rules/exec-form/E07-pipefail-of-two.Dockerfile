FROM debian:trixie-slim
SHELL ["/bin/bash", "-o", "pipefail", "-e", "-c"]
CMD migrate && server --port 80
