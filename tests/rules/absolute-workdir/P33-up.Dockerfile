FROM debian:trixie-slim
WORKDIR /srv/app
WORKDIR ../lib
CMD ["true"]
