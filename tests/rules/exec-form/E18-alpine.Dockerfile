FROM alpine:3.20
CMD ["sh", "-c", "node $FLAGS a.js"]
