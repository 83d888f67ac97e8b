FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y build-essential
COPY key.asc /
RUN gpg --import /key.asc
