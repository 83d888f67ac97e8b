FROM alpine:3.22
RUN set -o pipefail && wget -qO- https://example.com/a | tee /a
RUN set -euxo pipefail; wget -qO- https://example.com/a | tee /a
FROM debian:trixie
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.com/a | tee /a
