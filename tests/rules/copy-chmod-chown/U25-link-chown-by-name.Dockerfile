FROM node:22
COPY --link --chown=node:node a.js /a.js
COPY --chown=node --link b.js /b.js
COPY --link=true --chown=1000:1000 c.js /c.js
COPY --link --chown=www-data d.js /d.js
COPY --link --chown=web e.js /e.js
