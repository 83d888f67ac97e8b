from debian:trixie-slim
expose 22 \
  80
