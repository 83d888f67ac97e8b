FROM debian:trixie-slim
ADD rootfs /
ADD old.bin /opt/
ADD data.gz /data/
ADD app.* /app/
ADD missing /x
ADD notes.tar /notes/
