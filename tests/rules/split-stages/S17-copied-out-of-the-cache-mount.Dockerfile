FROM rust:1.83-bookworm
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target cargo build --release && cp target/release/shop /usr/local/bin/shop
CMD ["shop"]
