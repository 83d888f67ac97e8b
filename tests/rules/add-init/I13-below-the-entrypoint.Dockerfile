FROM debian:trixie-slim
# the server
ENTRYPOINT ["app"]
STOPSIGNAL SIGQUIT
EXPOSE 80
