FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends maven openjdk-17-jdk-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pom.xml .
COPY src src
RUN mvn -q -o -Dmaven.repo.local=/usr/share/maven-repo package
CMD ["java", "-jar", "target/app-1.0.jar"]
