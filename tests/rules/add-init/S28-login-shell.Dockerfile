FROM debian:trixie-slim
CMD ["/bin/bash", "-l"]
