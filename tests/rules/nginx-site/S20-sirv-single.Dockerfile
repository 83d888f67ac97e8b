FROM node:22-alpine AS app
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN npm i -g sirv-cli
CMD ["sirv", "dist", "--single", "--host", "0.0.0.0", "--port", "5000"]
