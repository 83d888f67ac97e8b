FROM debian:trixie-slim
# what runs
CMD node \
    # the port
    server.js \
    --port 3000
