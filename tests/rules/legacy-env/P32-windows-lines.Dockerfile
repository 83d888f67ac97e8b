from debian:trixie-slim
env LANG C.UTF-8
env A b c
cmd ["true"]
