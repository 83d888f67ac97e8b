FROM openjdk:8u181-jre
CMD ["java", "-jar", "/app.jar"]
