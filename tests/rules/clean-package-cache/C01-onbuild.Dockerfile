FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a
ONBUILD RUN apt-get install -y b
