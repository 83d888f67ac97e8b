FROM debian:bookworm-slim
RUN useradd app
COPY passwd /etc/passwd
USER app
CMD ["sleep", "1"]
