FROM eclipse-temurin:21-jdk
WORKDIR /app
COPY . .
RUN javac Hello.java
CMD ["java", "Hello"]
