FROM debian:trixie-slim
ARG DEBUG
RUN apt-get update && if [ -n "$DEBUG" ]; then apt-get install -y strace; fi
CMD ["/a"]
