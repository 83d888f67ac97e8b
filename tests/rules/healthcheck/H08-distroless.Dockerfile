FROM gcr.io/distroless/nodejs22-debian12
WORKDIR /app
COPY . .
CMD ["server.js"]
