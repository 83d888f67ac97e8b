FROM node:22
RUN groupadd -r -g 10001 app && useradd --no-log-init -r -m -u 10001 -g app -d /home/app -s /usr/sbin/nologin app
WORKDIR /app
RUN mkdir -p /app/data && \
    chown 10001:10001 /app /app/data
USER 10001:10001
COPY --chown=10001:10001 package.json package-lock.json ./
RUN npm ci
COPY --chown=10001:10001 . .
RUN npm run build
CMD ["node", "out/server.js"]
