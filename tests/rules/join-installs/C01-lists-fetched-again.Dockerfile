FROM debian:trixie-slim
RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/* && \
    apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
RUN apt-get update && rm -rf /var/lib/apt/lists/* && echo deb x > /etc/apt/sources.list && apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*
CMD ["/usr/bin/tini", "--", "x"]
