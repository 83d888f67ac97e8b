FROM node:22-slim
WORKDIR /app
COPY package.json ./
RUN npm install -g pnpm && pnpm install
COPY . .
CMD ["pnpm", "run", "dev"]
