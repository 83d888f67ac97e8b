FROM debian:trixie-slim
CMD java -jar /app/*.jar
