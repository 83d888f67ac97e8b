FROM debian:trixie-slim
CMD a b
CMD c d
