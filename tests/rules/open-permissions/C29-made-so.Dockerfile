FROM debian:trixie-slim
RUN mkdir -p -m 777 /a
RUN install -m0777 a /b
RUN install -d --mode=777 /c
