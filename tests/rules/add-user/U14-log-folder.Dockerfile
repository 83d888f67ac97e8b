FROM debian:bookworm-slim
RUN mkdir -p /var/log/collector /var/lib/collector/spool
COPY collector.py /opt/collector/
WORKDIR /opt/collector
ENV STATE_DIR=/var/lib/collector
CMD ["python3", "collector.py", "--log-file", "/var/log/collector/out.log"]
