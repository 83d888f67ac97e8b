FROM node:22-slim
WORKDIR /app
WORKDIR /
COPY package.json /app
COPY package-lock.json /app
RUN cd /app && npm install
CMD ["node", "/app/a.js"]
