FROM node:10
COPY app.js .
CMD ["node", "app.js"]
