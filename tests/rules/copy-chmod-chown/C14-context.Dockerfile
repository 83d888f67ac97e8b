FROM alpine:3.20
COPY start /start
RUN chmod 755 /start
