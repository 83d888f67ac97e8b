FROM debian:trixie-slim
RUN apt-get update && apt-get install -y apt apt-utils && apt-cache policy apt
CMD ["true"]
