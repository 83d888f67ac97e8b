FROM rust:1.90 AS build
WORKDIR /src
COPY . .
RUN git submodule update --init && cargo build

FROM alpine:3.22
WORKDIR /app
COPY --from=build /src .
CMD ["./target/debug/server"]
