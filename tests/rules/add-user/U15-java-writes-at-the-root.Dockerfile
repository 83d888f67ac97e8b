FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY pom.xml .
RUN mvn dependency:go-offline
COPY src src
RUN mvn package

FROM eclipse-temurin:21-jre
COPY --from=build /src/target/app.jar /app.jar
EXPOSE 8080
CMD ["java", "-jar", "/app.jar"]
