FROM debian:trixie-slim
ADD --checksum=sha256:594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06 https://example.org/x-1.2.3.zip /x.zip
