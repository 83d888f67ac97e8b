FROM alpine:3.20
RUN apk add --no-cache cargo openssl-dev
WORKDIR /usr/src/shop
COPY . .
RUN cargo build --release --locked
CMD ["./target/release/shop"]
