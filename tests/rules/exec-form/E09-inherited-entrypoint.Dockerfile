FROM debian:trixie-slim AS base
ENTRYPOINT ["/entry"]
FROM base
CMD node a.js
