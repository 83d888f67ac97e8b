FROM debian:trixie-slim
# who
maintainer Jane

ENV A=1
CMD ["true"]
