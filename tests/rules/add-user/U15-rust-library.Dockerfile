FROM rust:1.80-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked
FROM debian:bookworm-slim
WORKDIR /app
COPY --from=build /src/target/release/server /usr/local/bin/server
EXPOSE 8080
CMD ["server"]
