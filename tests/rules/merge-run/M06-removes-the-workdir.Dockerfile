FROM debian:trixie-slim
WORKDIR /build
RUN touch a
RUN rm -rf /build
RUN mkdir /c
