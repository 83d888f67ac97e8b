FROM node:22-bookworm
RUN sed -i 's/none/read/' /etc/ImageMagick-6/policy.xml
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
