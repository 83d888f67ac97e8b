FROM debian:trixie-slim
HEALTHCHECK --interval=5s CMD curl -f http://localhost/
CMD ["x"]
