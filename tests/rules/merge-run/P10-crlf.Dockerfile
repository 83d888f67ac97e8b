FROM debian:trixie-slim
# a
RUN apt-get update

# b
RUN apt-get install -y \
  # c
  curl # d
RUN cd /tmp && touch x
