FROM debian:trixie-slim
# harden: ignore[ssh-port] this is the Git server
EXPOSE 22
