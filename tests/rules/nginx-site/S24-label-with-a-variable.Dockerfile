FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
ARG VERSION
LABEL version=$VERSION
CMD ["npx", "serve", "-s", "dist", "-l", "3000"]
