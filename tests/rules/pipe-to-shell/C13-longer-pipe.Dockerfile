FROM debian:bookworm-slim
RUN curl -s https://a.example/i.gz | gunzip | sh -x
RUN set -ex; if true; then curl https://a.example/i.sh | env A=b sh; fi
