FROM node:22-slim AS base
WORKDIR /app
COPY server.js .

FROM base AS production
CMD ["node", "server.js"]

FROM base AS worker
CMD ["node", "server.js", "--worker"]
