FROM debian:trixie-slim
CMD a && ! b
