FROM debian:trixie-slim
WORKDIR /srv
WORKDIR "app"
CMD ["true"]
