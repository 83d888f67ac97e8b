FROM node:22
VOLUME /data
CMD ["node", "a.js"]
