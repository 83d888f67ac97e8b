FROM debian:bookworm-slim
RUN apt-get update && apt-get upgrade -y && apt-get -f install && apt-get install -y --download-only git
RUN apt-mark hold git && apt-cache policy git && echo "apt-get install git"
