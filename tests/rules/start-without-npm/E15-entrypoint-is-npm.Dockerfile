FROM node:22-slim
WORKDIR /app
COPY . .
ENTRYPOINT ["npm"]
CMD ["start"]
