FROM debian:bookworm-slim
RUN apt-get update
COPY x /
RUN apt-get install -y b
