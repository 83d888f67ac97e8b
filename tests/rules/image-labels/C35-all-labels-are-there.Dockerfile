FROM node:24-slim
LABEL org.opencontainers.image.source=a org.opencontainers.image.title=b org.opencontainers.image.licenses=c
