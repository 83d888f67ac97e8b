FROM debian:trixie
ONBUILD RUN git clone https://github.com/example/one.git /one && rm -rf /one/.git
