FROM debian:trixie-slim
RUN ["curl", "-k", "https://example.com/a"]
RUN ["/bin/bash", "-c", "wget --no-check-certificate https://example.com/a"]
RUN <<EOF
set -e
curl -kO https://example.com/a
EOF
