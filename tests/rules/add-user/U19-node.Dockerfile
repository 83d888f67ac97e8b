FROM node:22
# what runs
CMD ["node", "a.js"]
