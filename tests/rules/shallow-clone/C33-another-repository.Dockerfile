FROM alpine/git:2.49.1 AS src
RUN git clone https://github.com/example/one.git /one && rm -rf /one/.git \
 && git clone https://github.com/example/two.git /two && git -C /two checkout 0123abc && rm -rf /two/.git

FROM debian:trixie-slim
COPY --from=src /one /two /srv/
