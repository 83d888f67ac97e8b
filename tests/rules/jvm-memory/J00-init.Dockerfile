FROM eclipse-temurin:17-jre
ENTRYPOINT ["/usr/bin/tini", "--", "java", "-jar", "/app.jar"]
