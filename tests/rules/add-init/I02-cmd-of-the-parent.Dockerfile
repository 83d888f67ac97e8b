FROM node:22-slim AS base
CMD ["node", "a.js"]
FROM base
ENV A=1
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node", "a.js"]
