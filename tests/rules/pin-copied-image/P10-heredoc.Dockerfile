FROM debian:trixie-slim
RUN --mount=type=bind,from=busybox:1.36,target=/b <<EOF
ls /b
EOF
COPY --from=node:20 --chmod=644 /a /b
