FROM node:14
RUN npm install -g npm
RUN npm install -g npm@10.9.2 && npm install npm && npm update -g

FROM docker.io/bitnami/node:22
RUN npm install --global npm
