FROM debian:trixie-slim
# harden: ignore[legacy-env] a generator writes it
ENV A 1
CMD ["true"]
