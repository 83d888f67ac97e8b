FROM debian:trixie-slim
ENV A b c