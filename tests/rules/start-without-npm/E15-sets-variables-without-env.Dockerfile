FROM node:22-slim AS build
WORKDIR /app
COPY . .

FROM gcr.io/distroless/nodejs22-debian12
WORKDIR /app
COPY . .
ENTRYPOINT []
CMD ["npm", "start"]
