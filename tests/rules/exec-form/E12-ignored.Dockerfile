FROM debian:trixie-slim
COPY . /app/
WORKDIR /app
CMD ./start.sh
