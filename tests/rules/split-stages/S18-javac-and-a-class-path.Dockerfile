FROM debian:bookworm-slim
RUN apt-get update && mkdir -p /usr/share/man/man1 && apt-get install -y --no-install-recommends openjdk-17-jdk-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN javac -d /opt/classes src/shop/*.java
CMD ["java", "-cp", "/opt/classes", "shop.Main"]
