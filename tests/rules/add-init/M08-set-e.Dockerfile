FROM debian:trixie-slim
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends wget ca-certificates; \
	wget -O /a https://example.com/a
CMD ["/a"]
