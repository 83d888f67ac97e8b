FROM debian:trixie-slim
ARG WHO
USER $WHO
CMD ["app"]
