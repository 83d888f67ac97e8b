FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN yarn
CMD ["yarn", "start"]
