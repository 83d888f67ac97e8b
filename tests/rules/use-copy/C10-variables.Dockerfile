FROM debian:trixie-slim
ARG DIST=dist
ADD $DIST /app
ADD "a b" /c
ADD --keep-git-dir=true . /src
