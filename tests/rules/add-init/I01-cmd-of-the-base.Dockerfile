FROM node:22-slim
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node", "a.js"]
