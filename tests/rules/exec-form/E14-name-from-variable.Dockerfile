FROM debian:trixie-slim
CMD $SERVER --x
