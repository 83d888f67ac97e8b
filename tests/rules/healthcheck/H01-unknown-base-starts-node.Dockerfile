FROM registry.example.org/team/runtime:1
WORKDIR /app
COPY . .
ENTRYPOINT ["node", "server.js"]
