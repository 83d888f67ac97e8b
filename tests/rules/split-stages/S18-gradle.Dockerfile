FROM gradle:8.10-jdk21
COPY . .
RUN gradle bootJar --no-daemon
CMD ["java", "-jar", "build/libs/shop.jar"]
