FROM debian:trixie-slim
ENTRYPOINT ["tini", "java"]
CMD ["-jar", "a.jar"]
