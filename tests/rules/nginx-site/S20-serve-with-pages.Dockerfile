FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
EXPOSE 8080
CMD npx serve dist -l tcp://0.0.0.0:8080 --no-compression
