FROM node:20
RUN mkdir /src && apt-get update && chmod 755 /src
RUN apt-get update && \
    mkdir /x
RUN apt-get -y update; mkdir /y
RUN apt-get update && make deps
# for later
RUN apt-get update
CMD ["node", "a.js"]
