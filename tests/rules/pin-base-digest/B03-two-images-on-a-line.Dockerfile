ARG BASE=alpine:3.20 RUNTIME="node:22-slim"
FROM ${BASE} AS build
FROM ${RUNTIME}
COPY --from=build /etc/alpine-release /
