FROM openjdk:8u342-jre-slim
CMD ["java", "-jar", "/app.jar"]
