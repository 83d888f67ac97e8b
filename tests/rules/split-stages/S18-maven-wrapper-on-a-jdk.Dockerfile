FROM eclipse-temurin:17-jdk-jammy
WORKDIR /app
COPY . .
RUN chmod +x mvnw && ./mvnw -B package && cp target/*.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
