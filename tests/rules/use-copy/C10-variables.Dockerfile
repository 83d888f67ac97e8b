FROM debian:trixie-slim
ARG DIST=dist
ADD $DIST /app
ADD "ab" /c
ADD --keep-git-dir=true . /src
