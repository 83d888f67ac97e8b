FROM alpine/git:2.49.1 AS src
RUN git clone https://github.com/example/one.git /one \
    # the server does not support shallow clones
    && rm -rf /one/.git
