# syntax=docker/dockerfile:1@sha256:252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111
FROM scratch
COPY x /
