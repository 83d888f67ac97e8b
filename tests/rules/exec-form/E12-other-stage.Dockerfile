FROM debian:trixie-slim AS files
COPY start.sh /x/
FROM debian:trixie-slim
COPY --from=files /x/start.sh /usr/local/bin/start.sh
CMD start.sh
