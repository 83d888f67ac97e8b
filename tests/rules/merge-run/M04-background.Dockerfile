FROM debian:trixie-slim
RUN sleep 1 &
RUN echo b
