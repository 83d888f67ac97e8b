FROM debian:trixie-slim
RUN if true; then exit 0; fi; echo more
RUN echo b
