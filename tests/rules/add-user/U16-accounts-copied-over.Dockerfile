FROM debian:bookworm-slim
COPY passwd /etc/passwd
USER nobody
CMD ["sleep", "9"]
