FROM gcr.io/distroless/nodejs22-debian12
CMD ["server.js"]
