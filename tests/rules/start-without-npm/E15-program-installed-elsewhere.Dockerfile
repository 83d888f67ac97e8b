FROM node:22-slim
WORKDIR /app
COPY . .
RUN cd /opt && npm install next
CMD ["npm", "start"]
