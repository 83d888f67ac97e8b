FROM debian:bookworm-slim
COPY a.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/a.sh \
    # the place of its data
    && mkdir /data
