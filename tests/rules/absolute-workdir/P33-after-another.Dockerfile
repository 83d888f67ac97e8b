FROM debian:trixie-slim
WORKDIR /srv
WORKDIR app
WORKDIR ./lib/
RUN pwd
CMD ["true"]
