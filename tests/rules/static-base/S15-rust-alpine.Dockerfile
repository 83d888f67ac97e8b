FROM rust:1.90-alpine AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/target cargo build --release && cp target/release/server /server

FROM alpine:3.22
COPY --from=build /server /server
CMD ["/server"]
