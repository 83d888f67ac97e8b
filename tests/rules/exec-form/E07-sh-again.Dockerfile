FROM debian:trixie-slim
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN a | b
SHELL ["/bin/sh", "-c"]
CMD app --x
