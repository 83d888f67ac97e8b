FROM node:20-bookworm
WORKDIR /lib
COPY lib .
RUN npm link
WORKDIR /app
COPY package*.json ./
RUN npm ci
RUN npm link mylib
COPY . .
RUN npm run build
CMD ["node","dist/index.js"]
