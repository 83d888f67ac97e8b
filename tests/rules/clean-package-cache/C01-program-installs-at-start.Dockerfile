FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a
CMD apt-get install -y "$EXTRA" && exec a
