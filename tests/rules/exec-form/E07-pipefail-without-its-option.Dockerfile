FROM debian:12
SHELL ["/bin/bash", "-e", "pipefail", "-c"]
CMD nginx -g x
