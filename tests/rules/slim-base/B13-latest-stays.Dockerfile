FROM node
CMD ["node", "x.js"]
