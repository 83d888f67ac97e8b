FROM gradle:8.10-jdk21
WORKDIR /home/gradle/shop
COPY --chown=gradle:gradle . .
RUN gradle :api:shadowJar --no-daemon
EXPOSE 8080
CMD ["java", "-jar", "api/build/libs/api-all.jar"]
