FROM debian:bookworm-slim
RUN useradd --system app
USER app
CMD ["sleep", "1"]
