FROM debian:trixie-slim
# the key of the data server
ARG DATA_TOKEN
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN curl -fsSo /data -H "Authorization: Bearer ${DATA_TOKEN}" https://data.example/today
