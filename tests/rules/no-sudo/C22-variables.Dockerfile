FROM node:22
ENV NODE_ENV=production
RUN sudo npm install -g pm2
RUN sudo -E npm install -g nodemon
RUN sudo mkdir /data
