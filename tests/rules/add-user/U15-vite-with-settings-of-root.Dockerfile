FROM node:22-slim
WORKDIR /app
RUN npm config set registry https://npm.example.com && apt-get update
COPY . .
RUN npm ci
CMD ["npm", "run", "dev"]
