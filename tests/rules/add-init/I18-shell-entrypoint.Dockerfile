FROM debian:trixie-slim
ENTRYPOINT exec java $JAVA_OPTS -jar /app.jar
CMD ["ignored"]
