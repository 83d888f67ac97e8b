FROM debian:trixie-slim
CMD trap 'kill 0' TERM && server
