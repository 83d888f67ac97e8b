# syntax=ghcr.io/acme/frontend:1
FROM scratch
COPY x /
