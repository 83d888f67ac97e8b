FROM debian:trixie-slim
ARG TARGETARCH=x86_64
ADD https://example.org/tool-${TARGETARCH}.tgz /opt/
CMD ["true"]
