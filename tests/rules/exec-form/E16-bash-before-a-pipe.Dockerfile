FROM debian:12
SHELL ["/bin/bash", "-c"]
CMD true && nginx -g x | cat
