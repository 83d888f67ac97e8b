FROM debian:trixie-slim
RUN chmod 777 /app
RUN mkdir /a && chmod -R 0777 /a
RUN chmod 666 /etc/x && chmod 755 /y
