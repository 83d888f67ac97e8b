FROM debian:trixie-slim
RUN mkdir /a
RUN rm /b || true
RUN mkdir /c
RUN rm /d || echo none
