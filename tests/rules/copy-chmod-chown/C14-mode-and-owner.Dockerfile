FROM node:22
WORKDIR /srv/app
COPY start.sh .
RUN chmod 755 start.sh && chown node:node start.sh
