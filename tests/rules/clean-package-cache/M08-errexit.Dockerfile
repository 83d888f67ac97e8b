FROM debian:bookworm-slim
RUN set -eux; \
	apt-get update; \
	apt-get install -y a; \
	a --version
