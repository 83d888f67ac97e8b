FROM node:22-slim
ARG BUILD_SHA
WORKDIR /app
COPY . .
ENV NODE_ENV=production GOPATH=/go JAVAHOME=/x
LABEL a=b
VOLUME /app/data
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
CMD ["node", "app.js"]
