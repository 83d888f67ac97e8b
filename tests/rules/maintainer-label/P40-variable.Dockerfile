FROM debian:trixie-slim
MAINTAINER $NAME
CMD ["true"]
