FROM debian:trixie-slim
RUN false
RUN echo a ; echo b
