FROM alpine/git:2.49.1 AS src
# harden: ignore[shallow-clone]
RUN git clone https://github.com/example/one.git /one && rm -rf /one/.git
