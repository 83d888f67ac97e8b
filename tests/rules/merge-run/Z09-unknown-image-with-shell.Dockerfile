FROM corp.example/base:1
SHELL ["/bin/sh", "-c"]
RUN apt-get update
RUN apt-get install -y curl
