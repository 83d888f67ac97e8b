FROM node:22
COPY --link a.js /a.js
RUN chown 1000:1000 /a.js
