FROM node:22
USER node
CMD ["node", "a.js"]
