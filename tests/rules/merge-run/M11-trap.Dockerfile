FROM debian:trixie-slim
RUN trap 'echo bye' EXIT; echo a
RUN echo b
