FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y a; if [ -z "$X" ]; then exit 0; fi; a
