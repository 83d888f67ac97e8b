FROM openjdk:8-jdk-alpine
WORKDIR /app
COPY . .
RUN ./mvnw package
CMD ["java", "-jar", "target/shop.jar"]
