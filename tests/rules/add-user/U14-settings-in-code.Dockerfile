FROM node:20-slim
RUN npm install -g pm2
WORKDIR /var/www
COPY . .
RUN npm install --production
EXPOSE 3000
CMD ["pm2-runtime", "ecosystem.config.js"]
