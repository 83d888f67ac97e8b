FROM alpine:3.20
RUN apk add --no-cache \
    nodejs \
    curl
CMD ["node", "app.js"]
