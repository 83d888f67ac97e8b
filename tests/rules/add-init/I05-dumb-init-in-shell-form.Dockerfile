FROM debian:trixie-slim
CMD cd /app && exec dumb-init -- node a.js
