FROM node:18
CMD ["node", "x.js"]
