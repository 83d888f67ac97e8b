FROM debian:trixie-slim
CMD ls ~/data /srv/{a,b}
