FROM debian:trixie AS build
RUN git clone https://github.com/example/tool.git /tool
WORKDIR /tool
RUN git checkout v1.2.3
RUN make

FROM debian:trixie-slim
COPY --from=build /tool/tool /usr/bin/
