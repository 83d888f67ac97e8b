FROM debian:bookworm
CMD ["git", "daemon"]
