FROM debian:trixie-slim
MAINTAINER Jane O'Doe
CMD ["true"]
