FROM node:20-slim
RUN npm install -g serve
WORKDIR /app
COPY build build
CMD ["serve", "-s", "build", "-l", "80"]
