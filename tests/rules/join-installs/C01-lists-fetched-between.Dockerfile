FROM debian:trixie-slim
# adduser is installed already, so the first needs no lists; curl does
RUN apt-get install -y --no-install-recommends adduser && apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
CMD ["curl", "--version"]
