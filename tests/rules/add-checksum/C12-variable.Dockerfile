FROM debian:trixie-slim
ARG V=1.2
ADD https://example.org/tool-${V}.tgz /opt/
