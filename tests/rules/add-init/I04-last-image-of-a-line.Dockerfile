FROM node:8-alpine
COPY app.js .
CMD ["node", "app.js"]
