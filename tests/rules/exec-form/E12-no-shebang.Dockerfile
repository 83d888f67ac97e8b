FROM debian:trixie-slim
COPY start.sh /start.sh
CMD /start.sh
