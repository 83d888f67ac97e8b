FROM debian:bookworm-slim
RUN id -u app || useradd app
USER app
CMD ["sleep", "1"]
