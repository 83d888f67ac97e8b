FROM debian:trixie AS src
WORKDIR /src
RUN for name in one two; do git clone "https://github.com/example/$name.git"; done
