FROM debian:trixie-slim
ADD https://example.com/tool-1.2.tar.gz /opt/
ADD git@example.com:a/b.git /src
ADD github.com/a/b#v1 /src
