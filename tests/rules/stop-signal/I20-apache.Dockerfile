FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends apache2 && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["/usr/sbin/apache2", "-D", "FOREGROUND"]
