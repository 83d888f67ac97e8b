FROM debian:trixie-slim
# the theme
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git \
    # of the release
    && git clone -q --recurse-submodules -b "v1.4" \
        https://gitlab.com/example/theme /srv/theme \
    && cp -r /srv/theme/* /var/www \
    && rm -rf /srv/theme /var/lib/apt/lists/*
