FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
HEALTHCHECK CMD node -e "fetch('http://localhost:3000')"
CMD ["npx", "serve", "-s", "dist", "-l", "3000"]
