FROM node:20
WORKDIR /app
COPY . .
RUN yarn install --frozen-lockfile
RUN yarn workspaces run build
EXPOSE 3000
CMD ["yarn", "workspace", "@w/api", "start"]
