FROM debian:trixie-slim
ADD https://down.example/x-1.0.tgz /
