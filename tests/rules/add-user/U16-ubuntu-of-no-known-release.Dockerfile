FROM eclipse-temurin:21-jre
RUN useradd app
USER app
CMD ["java", "-version"]
