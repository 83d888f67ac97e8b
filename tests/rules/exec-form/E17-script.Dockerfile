FROM debian:trixie-slim
COPY check.sh /check.sh
HEALTHCHECK CMD /check.sh
