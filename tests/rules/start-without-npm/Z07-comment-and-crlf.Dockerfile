FROM node:22-slim
WORKDIR /app
COPY . .
# starts
CMD npm \
  # the script
  start
