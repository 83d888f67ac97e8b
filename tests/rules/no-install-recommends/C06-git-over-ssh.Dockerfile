FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y \
    git \
    make \
 && git clone git@example.com:x.git
