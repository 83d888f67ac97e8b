FROM alpine/git:2.49.1 AS src
WORKDIR /src
RUN git clone git@github.com:example/rules.git

FROM debian:trixie-slim
COPY --from=src /src/rules/conf /etc/rules
