FROM node:20-bookworm
WORKDIR /app
COPY package*.json ./
COPY prisma ./prisma
RUN npm ci
RUN npx prisma generate
COPY . .
CMD ["node", "server.js"]
