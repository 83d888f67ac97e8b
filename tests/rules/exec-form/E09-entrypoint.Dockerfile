FROM debian:trixie-slim
ENTRYPOINT ["app"]
CMD run --x
