FROM debian:trixie-slim
CMD ["supervisord", "-n"]
