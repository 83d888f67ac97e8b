FROM debian:trixie-slim
COPY . /app
RUN apt-get update && apt-get install -y make