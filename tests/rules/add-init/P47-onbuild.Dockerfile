FROM debian:trixie-slim
ONBUILD COPY . /app
CMD ["app"]
