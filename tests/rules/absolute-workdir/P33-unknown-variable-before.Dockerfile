FROM debian:trixie-slim
ARG WHERE
WORKDIR $WHERE
WORKDIR app
CMD ["true"]
