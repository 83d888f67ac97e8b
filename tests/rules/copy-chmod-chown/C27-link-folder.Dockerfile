FROM node:22
COPY --link a.js /opt/a.js
RUN chown 1000:1000 /opt/a.js
