FROM node:22
WORKDIR /app
COPY package*.json ./
RUN npm ci
RUN ./scripts/setup-fonts
COPY . .
CMD ["node", "server.js"]
