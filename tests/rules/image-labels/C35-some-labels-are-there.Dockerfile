FROM node:24-slim AS base
LABEL "org.opencontainers.image.title"="other" maintainer=me

FROM base
LABEL org.opencontainers.image.source=https://example.org/shop
COPY . .
