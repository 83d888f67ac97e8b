FROM example.com/base:1
RUN apt-get update && apt-get install -y nodejs
COPY server.js /app/
CMD ["node", "/app/server.js"]
