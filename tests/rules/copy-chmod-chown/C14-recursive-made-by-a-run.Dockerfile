FROM debian:bookworm-slim
RUN mkdir -p /app/data && useradd -r worker
COPY . /app
RUN chown -R worker:worker /app
CMD ["/app/run"]
