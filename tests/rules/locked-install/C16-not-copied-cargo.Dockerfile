FROM rust:1.80 AS build
WORKDIR /src
COPY Cargo.toml ./
COPY src src
RUN cargo build --release
