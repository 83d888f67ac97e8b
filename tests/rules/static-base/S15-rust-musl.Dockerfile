FROM rust:1.90 AS build
RUN rustup target add x86_64-unknown-linux-musl
WORKDIR /src
COPY . .
RUN cargo build --release --target x86_64-unknown-linux-musl

FROM debian:bookworm-slim
COPY --from=build /src/target/x86_64-unknown-linux-musl/release/server /server
CMD ["/server"]
