FROM corp.example/base:1
RUN apt-get update
RUN apt-get install -y curl
RUN mkdir /a
