FROM node:12.3.1-alpine
COPY app.js .
CMD ["node", "app.js"]
