FROM node:22-slim
RUN npm install -g serve@14.2.4
WORKDIR /app
COPY dist ./dist
EXPOSE 3000
CMD ["serve", "-s", "dist", "-l", "3000"]
