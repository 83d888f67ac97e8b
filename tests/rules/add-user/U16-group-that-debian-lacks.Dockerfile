FROM debian:bookworm-slim
USER nobody:nobody
CMD ["sleep", "9"]
