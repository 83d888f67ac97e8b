FROM alpine:3.20
RUN apk add --no-cache \
    curl \
    nodejs \
    # knows time zones
    tzdata
USER 1000
CMD ["node", "app.js"]
