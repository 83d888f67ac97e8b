FROM eclipse-temurin:21-jdk AS build
WORKDIR /app
COPY . .
RUN chmod +x gradlew && ./gradlew installDist

FROM eclipse-temurin:21-jre
WORKDIR /app
COPY --from=build /app .
ENTRYPOINT ["/app/build/install/shop/bin/shop"]
