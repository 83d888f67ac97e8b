FROM debian:trixie
SHELL ["/bin/bash", "-c"]
RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg
