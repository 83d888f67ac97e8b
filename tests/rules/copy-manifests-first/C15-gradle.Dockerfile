FROM gradle:8-jdk17 AS build
WORKDIR /src
COPY . .
RUN ./gradlew --no-daemon dependencies
RUN ./gradlew --no-daemon bootJar
