FROM debian:trixie-slim
ADD https://example.com/m.bin /m.bin
CMD ["cat", "/m.bin"]
