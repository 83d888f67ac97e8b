FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
EXPOSE 5173
CMD ["npm", "run", "dev"]
