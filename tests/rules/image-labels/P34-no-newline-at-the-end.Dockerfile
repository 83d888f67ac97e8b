FROM alpine:3.22
# the end
RUN <<EOF
true
EOF