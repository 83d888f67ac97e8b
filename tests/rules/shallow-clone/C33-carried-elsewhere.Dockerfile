FROM alpine/git:2.49.1 AS src
RUN git clone https://github.com/example/one.git /tmp/one && cp -r /tmp/one /srv/one && rm -rf /tmp/one
