FROM debian:bookworm-slim
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
CMD python3 -m app
