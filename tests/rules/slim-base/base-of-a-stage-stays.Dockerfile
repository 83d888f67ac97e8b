FROM node:22 AS base
RUN npm i
FROM base
CMD ["node", "x.js"]
