FROM debian:trixie-slim
COPY start.sh /start.sh
RUN sed -i 1d /start.sh
CMD /start.sh
