FROM alpine:3.20
RUN apk add --no-cache 'tini>0.18' nodejs~20
COPY server.js .
CMD ["node", "server.js"]
