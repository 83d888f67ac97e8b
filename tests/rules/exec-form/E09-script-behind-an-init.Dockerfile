FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends tini gosu && rm -rf /var/lib/apt/lists/*
COPY docker/run.sh /run.sh
ENTRYPOINT ["tini", "--", "bash", "/run.sh"]
CMD serve --port $PORT
