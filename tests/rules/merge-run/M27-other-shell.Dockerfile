FROM debian:trixie-slim
SHELL ["/usr/bin/pwsh", "-Command"]
RUN mkdir /a
RUN mkdir /b
