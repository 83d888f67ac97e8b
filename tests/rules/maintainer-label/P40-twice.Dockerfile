FROM debian:trixie-slim
MAINTAINER Jane
MAINTAINER Joe
CMD ["true"]
