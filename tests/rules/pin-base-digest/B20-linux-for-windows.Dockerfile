FROM ghcr.io/acme/cross-windows-x64:1
RUN true
