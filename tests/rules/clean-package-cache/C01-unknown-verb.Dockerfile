FROM node:22
RUN npm install -g pm2 && npm frobnicate
