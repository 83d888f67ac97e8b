FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
# the server
RUN npm install -g serve
ENV NODE_ENV=production
LABEL org.opencontainers.image.title=shop
EXPOSE 3000
HEALTHCHECK --interval=30s CMD curl -f http://localhost:3000/ || exit 1
USER node
# start it
CMD ["serve", "-s", "dist", "-l", "3000"]
