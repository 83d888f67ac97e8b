FROM debian:trixie-slim
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["node a.js"]
