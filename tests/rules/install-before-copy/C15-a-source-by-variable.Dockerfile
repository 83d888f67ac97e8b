FROM eclipse-temurin:17-jdk-jammy AS build
WORKDIR /src
COPY . .
RUN ./mvnw package

FROM eclipse-temurin:17-jre-jammy
ARG FOLDER=/src/target
COPY --from=build ${FOLDER}/app.jar /app.jar
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
CMD ["java", "-jar", "/app.jar"]
