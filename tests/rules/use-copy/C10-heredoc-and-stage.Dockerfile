FROM debian:trixie-slim AS one
ADD . /a
FROM one
ADD <<EOF /etc/motd
hello
EOF
ONBUILD ADD . /b
