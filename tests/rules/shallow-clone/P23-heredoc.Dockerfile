FROM debian:trixie
RUN <<EOF
git clone https://github.com/example/one.git /one
EOF
