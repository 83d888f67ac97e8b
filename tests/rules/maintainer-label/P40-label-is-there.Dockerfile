FROM debian:trixie-slim
LABEL version=1 maintainer="Jane"
MAINTAINER Jane Doe
CMD ["true"]
