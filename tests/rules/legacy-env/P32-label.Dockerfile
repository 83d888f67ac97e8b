FROM debian:trixie-slim
LABEL maintainer Jane Doe <jane@example.org>
LABEL version 1
CMD ["true"]
