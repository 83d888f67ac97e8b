FROM node:20 AS deps
RUN npm ci
FROM node:20
COPY --from=deps /app /app
