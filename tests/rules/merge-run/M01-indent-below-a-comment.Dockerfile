FROM debian:12
RUN apt-get update && \
# the lists
      true
RUN apt-get install -y curl
