FROM debian:trixie-slim
RUN mkdir /a
RUN mkdir /b