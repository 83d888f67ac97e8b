FROM node:22-slim AS base
WORKDIR /app
COPY server.js .

FROM base AS production
CMD ["node", "server.js"]

FROM production AS worker
CMD ["node", "server.js", "--worker"]
