FROM eclipse-temurin:21-jre
ENV NODE_OPTIONS=--max-old-space-size=512
COPY app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
