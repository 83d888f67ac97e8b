FROM node:22-slim AS base
CMD ["node", "a.js"]
FROM base
ENTRYPOINT ["docker-entrypoint.sh"]
