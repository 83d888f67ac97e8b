FROM debian:trixie-slim
ONBUILD ENV A 1
CMD ["true"]
