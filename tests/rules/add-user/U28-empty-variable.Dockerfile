FROM node:22-slim
ENV OWNER=
USER ${OWNER}
COPY server.js /app/
CMD ["node", "/app/server.js"]
