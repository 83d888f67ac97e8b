FROM alpine:3.20
CMD node a.js
