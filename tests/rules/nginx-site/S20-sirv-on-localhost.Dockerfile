FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN npm i -g sirv-cli
CMD ["sirv", "dist", "--port", "5000"]
