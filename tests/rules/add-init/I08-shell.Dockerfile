FROM debian:trixie-slim
CMD server | tee /log
