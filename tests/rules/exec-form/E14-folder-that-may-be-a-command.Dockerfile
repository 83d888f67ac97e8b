FROM debian:trixie-slim
ENV PREFIX="command -p"
CMD $PREFIX/run.sh
