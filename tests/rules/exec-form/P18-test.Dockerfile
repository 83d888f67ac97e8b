FROM debian:trixie-slim
CMD [ -f /x ] && run --all
