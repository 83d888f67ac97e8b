FROM debian:trixie-slim
CMD /usr/local/bin/start --all
