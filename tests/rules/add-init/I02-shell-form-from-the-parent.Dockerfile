FROM debian:trixie-slim AS base
CMD exec app $X
FROM base
COPY . .
