FROM debian:12
SHELL ["/bin/dash", "-c"]
CMD nginx -g x
