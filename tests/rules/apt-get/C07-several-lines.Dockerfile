FROM debian:trixie-slim
RUN apt -y -qq update \
 && apt -y full-upgrade \
 # more
 && apt install -y \
    curl \
 && apt clean
CMD ["true"]
