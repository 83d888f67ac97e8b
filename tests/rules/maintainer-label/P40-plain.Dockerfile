FROM debian:trixie-slim
MAINTAINER Jane Doe <jane@example.org>
CMD ["true"]
