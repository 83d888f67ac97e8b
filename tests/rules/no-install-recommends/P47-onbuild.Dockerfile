FROM debian:bookworm-slim
ONBUILD RUN apt-get update && apt-get install -y git
