FROM ubuntu:24.04
RUN apt-get update
RUN apt-get install -y nodejs
RUN apt-get install -y npm
RUN apt-get install -y \
    curl \
    # for the lists
    git
RUN apt-get clean
RUN rm -rf /var/lib/apt/lists/*
COPY . /app
RUN npm install
WORKDIR /app
CMD ["node", "server.js"]
