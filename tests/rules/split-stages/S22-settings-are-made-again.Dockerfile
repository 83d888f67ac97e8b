FROM node:22-bookworm
# Berlin time for the reports
RUN ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime && echo Europe/Berlin > /etc/timezone
RUN mkdir -p /var/lib/reports && chown node:node /var/lib/reports
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
LABEL org.opencontainers.image.title=reports
VOLUME /var/lib/reports
STOPSIGNAL SIGINT
CMD ["node", "server.js"]
