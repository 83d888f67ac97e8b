FROM debian:trixie-slim
RUN apt install -y --solver 3.0 curl
CMD ["true"]
