FROM node:22-slim
RUN npm install -g npm-check
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .
CMD ["npm", "run", "dev"]
