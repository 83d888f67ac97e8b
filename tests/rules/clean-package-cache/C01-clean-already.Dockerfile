FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y b && apt-get dist-clean
RUN apt-get update && apt-get install -y c && apt-get clean && rm -rf /var/lib/apt/lists /tmp/x
RUN apt-get install -y d || true
RUN npm ci && npm cache clean --force
RUN yum install -y a && yum clean all
