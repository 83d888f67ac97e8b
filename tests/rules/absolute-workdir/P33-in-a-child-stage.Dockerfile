FROM debian:trixie-slim AS a
WORKDIR /srv
FROM a
WORKDIR app
CMD ["true"]
