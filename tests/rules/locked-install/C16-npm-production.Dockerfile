FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN npm install --production --legacy-peer-deps && npm cache clean --force
CMD ["npm", "start"]
