FROM alpine:3.20
COPY a.sh /a.sh
RUN <<EOF
chmod 755 /a.sh
EOF
