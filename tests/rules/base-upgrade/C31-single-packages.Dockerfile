FROM debian:trixie-slim@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
RUN apt-get update && apt-get install -y --only-upgrade openssl
RUN pip install --upgrade pip
