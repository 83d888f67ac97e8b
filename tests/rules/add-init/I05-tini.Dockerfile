FROM debian:trixie-slim
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["app"]
