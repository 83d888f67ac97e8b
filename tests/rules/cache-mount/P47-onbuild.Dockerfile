FROM node:22-bookworm-slim
ONBUILD RUN npm ci
