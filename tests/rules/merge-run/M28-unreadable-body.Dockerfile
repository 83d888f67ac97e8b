FROM debian:trixie-slim
RUN echo "a
RUN mkdir /b
RUN if true; then
RUN mkdir /c
