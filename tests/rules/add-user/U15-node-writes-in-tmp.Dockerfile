FROM node:22-slim
COPY server.js /srv.js
CMD ["node", "/srv.js"]
