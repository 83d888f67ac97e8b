FROM ghcr.io/acme/app:1
RUN true
