FROM node:14
WORKDIR /app
RUN curl -fsSLo /usr/local/bin/ready https://example.org/ready && chmod +x /usr/local/bin/ready
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
