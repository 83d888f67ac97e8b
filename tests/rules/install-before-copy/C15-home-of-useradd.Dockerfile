FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN useradd -m -d /app app
CMD ["./run.sh"]
