FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
EXPOSE 8080
CMD ["npm", "run", "preview", "--", "--host"]
