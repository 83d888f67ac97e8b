FROM debian:trixie-slim
CMD ["/usr/bin/runsvdir", "/etc/service"]
