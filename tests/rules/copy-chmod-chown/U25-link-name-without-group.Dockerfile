FROM node:22
COPY --link a.js /a.js
RUN chown node /a.js
