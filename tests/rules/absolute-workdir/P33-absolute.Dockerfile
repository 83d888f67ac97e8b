FROM debian:trixie-slim
WORKDIR /srv
WORKDIR "/opt/a b"
CMD ["true"]
