FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl
RUN echo between > /x
RUN apt-get install -y git
