FROM debian:trixie-slim
ENTRYPOINT java -jar /app.jar
