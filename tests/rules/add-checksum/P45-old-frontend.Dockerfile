# syntax=docker/dockerfile:1.4
FROM debian:trixie-slim
ADD http://example.org/x-1.2.3.zip /x.zip
