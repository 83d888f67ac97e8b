# harden: ignore[image-labels]
FROM node:24-slim
