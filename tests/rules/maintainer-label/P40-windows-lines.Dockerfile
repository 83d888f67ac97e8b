from debian:trixie-slim
maintainer Jane Doe
cmd ["true"]
