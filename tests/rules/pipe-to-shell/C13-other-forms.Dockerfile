FROM debian:bookworm-slim
# harden: ignore[pipe-to-shell] ours
RUN curl -s https://a.example/i.sh | sh
RUN ["/bin/sh", "-c", "curl -s https://a.example/i.sh | sh"]
RUN ["curl", "https://a.example/i.sh", "|", "sh"]
ONBUILD RUN curl -s https://a.example/i.sh | sh
RUN <<E
set -e
curl -s https://a.example/i.sh | sh
E
RUN cat <<E > /etc/readme
curl -s https://a.example/i.sh | sh
E
