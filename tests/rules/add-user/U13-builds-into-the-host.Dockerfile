FROM node:20-slim
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
RUN npx tsc --outDir dist src/s.ts
EXPOSE 8000
CMD ["node", "dist/s.js"]
