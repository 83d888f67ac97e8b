FROM eclipse-temurin:21-jre
ENTRYPOINT ["java", "-jar", "/app.jar"]
