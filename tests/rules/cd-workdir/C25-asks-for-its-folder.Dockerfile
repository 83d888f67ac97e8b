FROM debian:trixie-slim
WORKDIR /app
RUN cd /app && make && cd -
RUN cd /app && make DESTDIR="$PWD/out"
RUN cd /app && make DIR=$(pwd)
