FROM debian:trixie-slim
STOPSIGNAL SIGQUIT
CMD ["app"]
