FROM debian:trixie-slim
WORKDIR /app
RUN cd /app && \
  make
RUN cd /opt && make
WORKDIR /srv
