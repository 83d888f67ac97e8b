ARG TAG=22
FROM node:$TAG
CMD ["node", "x.js"]
