FROM node:22
RUN npm install -g doctoc@2.2.1
ENTRYPOINT ["doctoc"]
