# syntax=docker/dockerfile:1
# harden: ignore[pin-frontend] new features at once
FROM scratch
COPY x /
