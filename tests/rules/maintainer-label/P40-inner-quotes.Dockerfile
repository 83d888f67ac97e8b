FROM debian:trixie-slim
MAINTAINER Jane "JD" Doe
CMD ["true"]
