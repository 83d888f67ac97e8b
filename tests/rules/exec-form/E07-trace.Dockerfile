FROM debian:trixie-slim
SHELL ["/bin/bash", "-exo", "pipefail", "-c"]
CMD app --x
