FROM eclipse-temurin:21-jre
ENV JAVA_OPTS=""
CMD java $JAVA_OPTS -jar /app.jar
