FROM debian:trixie AS src
RUN git clone https://github.com/example/tool.git /tool

FROM src AS build
RUN <<EOF
cd /tool
git describe --tags > version
EOF

FROM debian:trixie-slim
COPY --from=build /tool/version /
