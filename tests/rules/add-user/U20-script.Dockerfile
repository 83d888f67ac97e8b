FROM debian:trixie-slim
COPY start.sh /
ENTRYPOINT ["/start.sh"]
