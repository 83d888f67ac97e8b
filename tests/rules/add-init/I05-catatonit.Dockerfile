FROM debian:trixie-slim
ENTRYPOINT exec catatonit -- app
