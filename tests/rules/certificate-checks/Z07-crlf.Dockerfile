FROM debian:trixie-slim
RUN curl -fsSL \
    -k https://example.com/a -o /a
