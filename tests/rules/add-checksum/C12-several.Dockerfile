FROM debian:trixie-slim
ADD https://example.org/a-1.0.tgz https://example.org/b-1.0.tgz /opt/
