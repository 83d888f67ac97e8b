FROM node:22-slim AS a
FROM node:22@sha256:148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940
CMD ["node", "x.js"]
