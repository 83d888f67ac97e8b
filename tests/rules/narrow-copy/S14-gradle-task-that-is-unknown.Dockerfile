FROM eclipse-temurin:21-jdk AS build
WORKDIR /app
COPY . .
RUN ./gradlew assemble

FROM eclipse-temurin:21-jre
COPY --from=build /app /app
ENTRYPOINT ["/app/build/install/shop/bin/shop"]
