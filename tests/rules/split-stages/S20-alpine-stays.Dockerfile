FROM node:22-alpine
WORKDIR /site
RUN yarn global add http-server
COPY . .
RUN yarn install --frozen-lockfile && yarn build
USER node
CMD ["http-server", "out", "-p", "8080", "-c-1"]
