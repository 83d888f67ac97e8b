FROM node:22-slim
WORKDIR /app
COPY . .
ENV LD_PRELOAD=/app/x.so
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["node", "app.js"]
