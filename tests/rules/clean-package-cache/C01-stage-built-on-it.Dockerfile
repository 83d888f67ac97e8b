FROM debian:bookworm-slim AS base
RUN apt-get update && apt-get install -y a
FROM base
RUN apt-get install -y b
