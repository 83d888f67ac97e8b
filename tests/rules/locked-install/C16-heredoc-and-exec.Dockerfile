FROM node:22
WORKDIR /app
COPY . .
RUN <<SCRIPT
npm install
SCRIPT
RUN ["npm", "install"]
