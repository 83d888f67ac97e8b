FROM eclipse-temurin:21-jre
ENV JAVA_TOOL_OPTIONS="-Dfile.encoding=UTF-8"
CMD ["java", "-jar", "/app.jar"]
