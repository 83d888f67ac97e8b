FROM debian:trixie-slim
COPY <<EOF /app/x
a
EOF
RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y make
RUN <<EOF
apt-get install -y make
EOF
CMD ["python3", "/app/x.py"]
