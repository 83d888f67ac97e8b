FROM node:22-slim AS base
VOLUME /data
FROM base
COPY server.js /srv/server.js
CMD ["node", "/srv/server.js"]
