FROM debian:trixie-slim AS base
SHELL ["/bin/bash", "-c"]
CMD exec app $X
SHELL ["/bin/sh", "-c"]
FROM base
COPY . .
