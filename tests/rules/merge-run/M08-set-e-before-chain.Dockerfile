FROM debian:trixie-slim
RUN set -e; false && true; echo reached
RUN echo b
