FROM alpine:3.20
RUN apk add --no-cache nodejs=20.15.1-r0
CMD ["node", "app.js"]
