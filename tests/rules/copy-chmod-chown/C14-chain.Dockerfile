FROM debian:bookworm-slim
COPY a.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/a.sh \
    && mkdir /data \
    # where it writes
    && chown 1:1 /data
