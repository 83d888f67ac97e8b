FROM debian:trixie AS src
RUN --mount=type=cache,target=/cache git clone https://github.com/example/one.git /cache/one && cp -r /cache/one/src /one
