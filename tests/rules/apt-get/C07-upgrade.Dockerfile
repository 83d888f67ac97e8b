FROM debian:trixie-slim
RUN apt update && apt upgrade -y
CMD ["true"]
