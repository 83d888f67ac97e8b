FROM debian:trixie-slim
ONBUILD ADD http://example.org/x-1.2.3.zip /x.zip
