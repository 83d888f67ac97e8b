FROM rust:1.80 AS build
WORKDIR /src
COPY . .
RUN cargo build --release
