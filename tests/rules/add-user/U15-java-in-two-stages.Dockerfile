FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY . .
RUN mvn package

FROM build AS unpacked
WORKDIR /src/target/dependency
RUN jar -xf ../*.jar

FROM eclipse-temurin:21-jre
VOLUME /tmp
ARG DEPENDENCY=/src/target/dependency
COPY --from=unpacked ${DEPENDENCY}/BOOT-INF/lib /app/lib
COPY --from=unpacked ${DEPENDENCY}/BOOT-INF/classes /app
ENTRYPOINT ["java", "-cp", "app:app/lib/*", "com.example.docs.App"]
