FROM node:22-slim
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci
CMD ["npm", "run", "dev"]
