FROM eclipse-temurin:21-jre
CMD ["java", "-Xmx512m", "-jar", "/app.jar"]
