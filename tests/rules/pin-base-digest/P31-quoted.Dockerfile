FROM "debian:trixie-slim"
