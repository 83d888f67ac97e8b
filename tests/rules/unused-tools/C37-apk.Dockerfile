FROM node:22-alpine
RUN apk add --no-cache curl nano tini
COPY app.js .
ENTRYPOINT ["tini", "--"]
CMD ["node", "app.js"]
