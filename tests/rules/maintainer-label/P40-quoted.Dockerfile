FROM debian:trixie-slim
MAINTAINER "Jane Doe"
CMD ["true"]
