FROM debian:trixie-slim
COPY --from=registry.example/down:1 /x /x
