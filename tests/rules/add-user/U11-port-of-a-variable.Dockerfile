FROM node:22-slim
WORKDIR /app
COPY . .
ENV PORT=80 SMTP_PORT=25
CMD ["node", "server.js"]
