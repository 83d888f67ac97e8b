FROM debian:trixie-slim
ENTRYPOINT ["app"]
CMD ["--help"]
