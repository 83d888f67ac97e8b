FROM debian:bookworm-slim
RUN apt-get update && exec apt-get install -y a
