FROM debian:trixie-slim
ENV HOME_OF=app
WORKDIR $HOME_OF
WORKDIR ${HOME_OF}/x
CMD ["true"]
