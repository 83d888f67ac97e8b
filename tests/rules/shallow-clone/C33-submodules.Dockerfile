FROM alpine/git:2.49.1 AS src
RUN git clone https://github.com/example/one.git /one \
 && cd /one && git submodule update --init --recursive && rm -rf .git && cd .. && ls

FROM debian:trixie-slim
COPY --from=src /one /srv/one
