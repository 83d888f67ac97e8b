FROM debian:trixie-slim AS a
MAINTAINER Jane
FROM a
MAINTAINER Joe
CMD ["true"]
