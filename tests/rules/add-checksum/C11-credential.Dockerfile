FROM debian:trixie-slim
ADD https://user:pw@example.org/x-1.2.3.zip /x.zip
