FROM node:20-slim
WORKDIR /app/backend
COPY backend .
COPY --chown=games backend/package.json /etc/app/
CMD ["node", "index.js"]
