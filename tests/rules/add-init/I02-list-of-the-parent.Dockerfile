FROM alpine:3.20 AS base
RUN apk add --no-cache nodejs
FROM base AS test
RUN node test.js
FROM base
CMD ["node", "app.js"]
