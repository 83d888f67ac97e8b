FROM node:22-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 git && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["node", "app.js"]
