FROM rust:1.83-bookworm
WORKDIR /src
COPY . .
RUN cargo build --release && cp target/release/shop /usr/local/bin/shop
CMD ["/usr/local/bin/shop"]
