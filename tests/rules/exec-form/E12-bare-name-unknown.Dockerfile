FROM debian:trixie-slim
COPY docker/serve /usr/local/bin/
CMD serve --all
