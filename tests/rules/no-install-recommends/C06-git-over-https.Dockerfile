FROM debian:trixie-slim
RUN apt-get update && apt-get install -y git && git clone https://example.com/x
