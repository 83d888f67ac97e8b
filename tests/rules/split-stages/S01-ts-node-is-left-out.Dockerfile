FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install --omit=dev
CMD ["npm","start"]
