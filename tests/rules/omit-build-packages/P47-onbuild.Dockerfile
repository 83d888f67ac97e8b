FROM debian:bookworm-slim
ONBUILD RUN apt-get install -y gcc curl
CMD ["/app"]
