FROM debian:trixie-slim
CMD echo ready && exec nginx -g 'daemon off;'
