FROM debian:bookworm-slim
COPY . /app/src
RUN chown -R 1000:1000 /app/src
CMD ["/app/src/run"]
