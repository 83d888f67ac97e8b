FROM debian:trixie-slim
RUN --mount=type=bind,from=busybox:1.36,target=/b \
    # why
    --mount=from=node:20,target=/n \
    ls
