FROM node:14
RUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*
RUN curl -fsS https://example.com/
WORKDIR /app
COPY server.js ./
CMD ["node", "server.js"]
