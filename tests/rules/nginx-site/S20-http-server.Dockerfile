FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN npm i -g http-server && rm -rf /tmp/x
VOLUME /logs
CMD ["http-server", "dist", "-p", "8080", "-c-1"]
