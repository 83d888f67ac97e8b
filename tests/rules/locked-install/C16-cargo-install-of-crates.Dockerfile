FROM rust:1.82-slim-bookworm
RUN cargo install monolith cargo-chef --version 0.1.67
RUN cargo install --locked just || cargo install just
RUN cargo install --git https://example.org/tool.git && cargo install --path .
