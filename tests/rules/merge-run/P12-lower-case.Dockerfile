from debian:trixie-slim
run mkdir /a
  run  mkdir /b
