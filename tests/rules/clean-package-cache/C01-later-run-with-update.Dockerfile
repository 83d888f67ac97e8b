FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a
COPY x /
RUN apt-get update && apt-get install -y b
