FROM node:22-bookworm-slim
WORKDIR /app
ONBUILD COPY . .
ONBUILD RUN npm ci
