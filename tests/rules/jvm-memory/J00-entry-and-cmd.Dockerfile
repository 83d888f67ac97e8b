FROM eclipse-temurin:17-jre
ENTRYPOINT ["java"]
CMD ["-jar", "/app.jar"]
