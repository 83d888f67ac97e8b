FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends cargo pkg-config libssl-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN cargo build --release
CMD ["./target/release/echo-server"]
