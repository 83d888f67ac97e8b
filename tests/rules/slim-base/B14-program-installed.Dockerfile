FROM node:22-bookworm
RUN apt-get update && apt-get install -y git && git clone https://example.org/x
CMD ["node", "server.js"]
