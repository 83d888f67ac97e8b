FROM debian:trixie-slim
ADD https://example.org/releases/download/v2.0/tool.tgz /opt/
ADD --chmod=755 http://example.org/x-1.2.3.zip /x.zip
