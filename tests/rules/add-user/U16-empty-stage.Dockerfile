FROM debian:trixie-slim AS one
RUN useradd -u 1234 app
FROM one
