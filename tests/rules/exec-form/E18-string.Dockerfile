FROM debian:trixie-slim
ENTRYPOINT ["sh", "-c", "java $JAVA_OPTS -jar app.jar"]
