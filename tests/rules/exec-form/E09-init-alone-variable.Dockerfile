FROM debian:trixie-slim
RUN apt-get install -y dumb-init
ENTRYPOINT ["dumb-init", "--single-child", "--"]
CMD node a.js $OPTIONS
