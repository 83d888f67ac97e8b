FROM debian:trixie-slim
ENV BASH_ENV=/etc/profile
SHELL ["/bin/bash", "-c"]
CMD app --x
