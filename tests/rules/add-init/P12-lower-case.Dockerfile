from debian:trixie-slim
cmd ["app"]
