FROM node:22-slim AS dev
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["npm", "run", "dev"]
