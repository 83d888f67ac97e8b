FROM openjdk:8-jre
CMD ["java", "-jar", "/app.jar"]
