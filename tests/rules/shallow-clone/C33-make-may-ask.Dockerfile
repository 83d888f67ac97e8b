FROM gcc:15 AS build
RUN git clone https://github.com/example/tool.git /tool \
 && cd /tool \
 && make \
 && make install \
 && rm -rf /tool

FROM debian:trixie-slim
COPY --from=build /usr/local/bin/tool /usr/local/bin/
