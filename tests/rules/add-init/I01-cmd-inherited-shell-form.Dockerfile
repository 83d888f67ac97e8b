FROM debian:trixie-slim AS base
CMD exec app $X
FROM base
ENTRYPOINT []
FROM base
ENV A=1
ENTRYPOINT ["a"]
CMD exec app $X
