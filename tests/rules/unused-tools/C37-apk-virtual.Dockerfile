FROM node:22-alpine
RUN apk add --no-cache --virtual .fetch curl && apk del .fetch
COPY app.js .
CMD ["node", "app.js"]
