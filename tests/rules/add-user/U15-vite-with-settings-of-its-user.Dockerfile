FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm config set registry https://npm.example.com
RUN npm ci
CMD ["npm", "run", "dev"]
