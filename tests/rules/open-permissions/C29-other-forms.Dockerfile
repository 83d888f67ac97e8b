FROM debian:trixie-slim
RUN ["chmod", "777", "/a"]
RUN <<EOF
mkdir /b
chmod 777 /b
EOF
