FROM debian:trixie-slim
WORKDIR /app
RUN cd /app && \
    # first the library
    make lib && \
    make
