FROM debian:trixie-slim
USER app
RUN x
USER root
RUN y
USER app
CMD ["app"]
