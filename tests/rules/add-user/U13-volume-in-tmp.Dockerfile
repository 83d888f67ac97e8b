FROM eclipse-temurin:21-jre
COPY app.jar /app.jar
VOLUME /tmp /tmp/spool
CMD ["java", "-jar", "/app.jar"]
