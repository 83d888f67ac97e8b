FROM debian:trixie-slim
RUN --mount=type=bind,from=busybox:1.36,source=/bin,target=/b --mount=from=node:20,target=/n,rw --mount=type=cache,target=/c ls /b
