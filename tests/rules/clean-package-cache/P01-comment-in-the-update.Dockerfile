FROM node:20
RUN apt-get update && \
    # its own
    mkdir /x
# for later
RUN apt-get update
CMD ["node", "a.js"]
