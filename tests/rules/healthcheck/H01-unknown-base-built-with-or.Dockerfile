FROM registry.example.org/team/node-arm:6.9
WORKDIR /app
COPY . .
RUN npm install || true
CMD ["node", "server.js"]
