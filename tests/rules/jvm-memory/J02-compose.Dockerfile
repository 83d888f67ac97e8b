FROM eclipse-temurin:21-jre-jammy
COPY app.jar /app.jar
# the program
ENTRYPOINT ["java", "-jar", "/app.jar"]
