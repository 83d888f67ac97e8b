FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
RUN <<EOF
npm ci
EOF
CMD ["node", "server.js"]
