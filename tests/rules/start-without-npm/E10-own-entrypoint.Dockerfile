FROM node:22-slim
WORKDIR /app
COPY . .
COPY entry.sh /
ENTRYPOINT ["/entry.sh"]
CMD ["npm", "start"]
