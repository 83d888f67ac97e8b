FROM node:22-slim AS base
WORKDIR /app
# what runs
CMD ["node", "a.js"]
FROM base AS prod
COPY . .
