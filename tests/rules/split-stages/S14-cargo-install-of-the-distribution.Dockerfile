FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y cargo && rm -rf /var/lib/apt/lists/*
ENV PATH=/root/.cargo/bin:$PATH
WORKDIR /usr/src/shop
COPY . .
RUN cargo install --locked --path .
CMD ["shop"]
