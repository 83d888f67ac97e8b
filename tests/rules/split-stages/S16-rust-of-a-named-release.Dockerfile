FROM rust:1.83-bookworm
WORKDIR /usr/src/shop
COPY . .
RUN cargo build --release --locked
EXPOSE 8080
CMD ["./target/release/shop"]
