FROM debian:trixie-slim
ONBUILD COPY --from=node:20 /x /x
