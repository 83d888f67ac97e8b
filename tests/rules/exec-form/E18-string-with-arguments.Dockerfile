FROM debian:trixie-slim
ENTRYPOINT ["/bin/sh", "-c", "java -jar app.jar \"$@\"", "--"]
CMD ["--x"]
