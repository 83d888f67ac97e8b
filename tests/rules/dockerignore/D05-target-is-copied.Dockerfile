FROM maven:3-eclipse-temurin-21 AS build
WORKDIR /app
COPY . .
RUN mvn package
FROM eclipse-temurin:21-jre
COPY target/app.jar /app.jar
