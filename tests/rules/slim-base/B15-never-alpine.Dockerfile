FROM node:22-alpine
CMD ["node", "x.js"]
