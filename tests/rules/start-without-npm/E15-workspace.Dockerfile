FROM node:22-slim
WORKDIR /app/web
COPY package.json /app/
COPY web ./
RUN npm install
CMD ["npm", "start"]
