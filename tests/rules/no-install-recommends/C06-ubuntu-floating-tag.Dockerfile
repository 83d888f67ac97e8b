FROM eclipse-temurin:21-jdk
RUN apt-get update && apt-get install -y curl libarchive-tools python3-yaml && rm -rf /var/lib/apt/lists/*
