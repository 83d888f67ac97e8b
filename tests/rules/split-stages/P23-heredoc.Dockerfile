FROM node:22
WORKDIR /app
COPY . .
RUN <<EOF
npm ci
EOF
CMD ["node", "server.js"]
