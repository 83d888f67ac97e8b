FROM node:22-slim AS base
WORKDIR /app
COPY server.js .

FROM base AS development
CMD ["node", "server.js"]

FROM base AS release
CMD ["node", "server.js"]
