# syntax=docker/dockerfile:1.7-labs
FROM debian:trixie-slim
ADD http://example.org/x-1.2.3.zip /x.zip
