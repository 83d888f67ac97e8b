# escape=`
FROM debian:trixie-slim
RUN mkdir /a
RUN mkdir /b `
  && mkdir /c
RUN cd /a
