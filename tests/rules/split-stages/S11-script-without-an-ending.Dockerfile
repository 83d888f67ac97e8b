FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y git unzip python3 make g++
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
EXPOSE 3000
CMD ["bin/start"]
