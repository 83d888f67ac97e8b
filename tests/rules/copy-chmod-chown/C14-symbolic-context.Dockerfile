FROM alpine:3.20
COPY start /usr/local/bin/start
RUN chmod +x /usr/local/bin/start
