FROM debian:trixie-slim
RUN exec true
RUN echo b
