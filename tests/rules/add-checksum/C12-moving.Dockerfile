FROM debian:trixie-slim
ADD https://example.org/latest/tool.tgz /
ADD https://raw.example.org/x/master/install-1.2.sh /
ADD https://example.org/install.sh /
