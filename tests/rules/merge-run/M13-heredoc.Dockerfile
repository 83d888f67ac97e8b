FROM debian:trixie-slim
RUN <<EOF
mkdir /a
mkdir /b
EOF
RUN mkdir /c
RUN cat <<EOF > /d && mkdir /e
text
EOF
RUN mkdir /f
