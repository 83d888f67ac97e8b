FROM debian:trixie-slim
RUN mkdir /a
ONBUILD RUN mkdir /b
ONBUILD RUN mkdir /c
RUN mkdir /d
