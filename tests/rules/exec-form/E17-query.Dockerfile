FROM debian:trixie-slim
HEALTHCHECK CMD curl -f http://localhost/?a=1&b=2
CMD ["x"]
