FROM debian:trixie-slim
RUN false || true
RUN echo b
