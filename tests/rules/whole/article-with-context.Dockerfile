FROM ubuntu:latest
# whatever "latest" happens to be today
RUN apt-get update
RUN apt-get install -y nodejs npm
COPY . /app
# every change of any file reinstalls all dependencies
RUN npm install
WORKDIR /app
CMD ["node", "server.js"]
