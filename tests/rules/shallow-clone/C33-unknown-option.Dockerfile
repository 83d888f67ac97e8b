FROM alpine/git:2.49.1 AS src
RUN git clone --no-checkout https://github.com/example/one.git /one && rm -rf /one/.git
