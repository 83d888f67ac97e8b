FROM debian:trixie-slim
COPY . /app
WORKDIR /app
CMD ["sh", "start.sh"]
