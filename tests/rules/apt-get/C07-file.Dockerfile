FROM debian:trixie-slim
COPY a.deb /tmp/
RUN apt install -y /tmp/a.deb ./b.deb
CMD ["true"]
