FROM node:22-bookworm
HEALTHCHECK CMD curl -f http://127.0.0.1/ || exit 1
CMD ["node", "server.js"]
