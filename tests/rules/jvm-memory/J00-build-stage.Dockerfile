FROM maven:3.9-eclipse-temurin-17 AS build
RUN mvn package
FROM eclipse-temurin:17-jre
COPY --from=build /app.jar /app.jar
USER 1000
ENTRYPOINT [ "java","-Djava.security.egd=file:/dev/./urandom","-cp","/app:/app/lib/*","com.acme.Main" ]
