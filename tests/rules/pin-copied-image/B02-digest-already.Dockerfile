FROM debian:trixie-slim
COPY --from=node:20@sha256:8e35c2cd3bf6641bdb0e2050b76932cbb2e6034a0ddacc1d9bea82a6ba57f7cf /x /x
