FROM maven:3.9-eclipse-temurin-17
COPY . .
RUN mvn -B package
RUN mvn -o -B verify
