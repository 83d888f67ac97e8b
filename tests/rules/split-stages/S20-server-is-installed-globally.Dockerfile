FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
# makes dist
RUN npm run build
RUN npm install -g serve@14.2.4 && npm cache clean --force
EXPOSE 3000
CMD serve -s dist -l $PORT
