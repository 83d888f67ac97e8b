FROM gradle:8-jdk17
COPY app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
