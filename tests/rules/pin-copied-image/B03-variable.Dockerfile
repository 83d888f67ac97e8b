FROM debian:trixie-slim
ARG V=1
COPY --from=node:$V /x /x
