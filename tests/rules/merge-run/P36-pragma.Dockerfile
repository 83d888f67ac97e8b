FROM debian:trixie-slim
# hadolint ignore=DL3009
RUN apt-get update
RUN apt-get install -y curl
# hadolint ignore=DL4006
RUN mkdir /a
# plain words
RUN mkdir /b
