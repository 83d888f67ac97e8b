FROM ubuntu:24.04
RUN echo "deb https://x.example/ ./" | sudo tee /etc/apt/sources.list.d/x.list
RUN if [ ! -d /data ]; then sudo \
      mkdir /data; fi
