FROM alpine/git:2.49.1 AS src
RUN git clone https://git.example.org/one.git /one && rm -rf /one/.git

FROM debian:trixie-slim
COPY --from=src /one /srv/one
