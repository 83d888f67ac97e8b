FROM node:8.9-alpine
COPY app.js .
CMD ["node", "app.js"]
