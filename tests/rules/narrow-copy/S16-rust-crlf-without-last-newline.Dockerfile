ARG RUST=1.90
FROM rust:${RUST}-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY config config
RUN cargo build --release

FROM debian:bookworm-slim
WORKDIR /opt/web
ENTRYPOINT ["./target/release/web"]
copy --link --from=build --chmod=755 /build ./