FROM debian:trixie-slim
RUN ["apt", "update"]
RUN <<EOF
apt update
EOF
CMD ["true"]
