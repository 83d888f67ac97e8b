FROM debian:trixie-slim
COPY . /app
WORKDIR /app
ENTRYPOINT ["./entrypoint.sh"]
