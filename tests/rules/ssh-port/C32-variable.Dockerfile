FROM debian:trixie-slim
ARG PORT=22
EXPOSE $PORT
