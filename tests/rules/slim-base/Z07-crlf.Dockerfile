# why
FROM node:22 AS app
RUN true \
  # b
 && false
CMD ["node", "x.js"]
