FROM node:22
WORKDIR /app
COPY . .
RUN nice npm ci
RUN sudo -u node npm ci
RUN npm ci && npm frobnicate
