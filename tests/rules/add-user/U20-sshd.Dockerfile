FROM debian:trixie-slim
CMD ["/usr/sbin/sshd", "-D"]
