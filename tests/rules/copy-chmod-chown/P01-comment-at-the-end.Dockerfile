FROM debian:bookworm-slim
COPY a.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/a.sh # Windows loses it
COPY b.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/c.sh # another file
