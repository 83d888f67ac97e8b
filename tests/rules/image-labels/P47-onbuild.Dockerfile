FROM node:24-slim
ONBUILD COPY . /app
ONBUILD LABEL org.opencontainers.image.source=a
