# Stands in for ruby:3.3-slim where only Debian's packages are to be had: gems are those that it brings.
FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends ruby-full bundler ruby-sinatra puma ruby-webrick \
    && rm -rf /var/lib/apt/lists/* && mkdir -p /usr/local/bundle && chmod 1777 /usr/local/bundle
RUN printf '#!/bin/sh\nif [ "$1" = install ]; then shift; exec /usr/bin/bundle install --local "$@"; fi\nexec /usr/bin/bundle "$@"\n' > /usr/local/bin/bundle && chmod +x /usr/local/bin/bundle
ENV LANG=C.UTF-8 GEM_HOME=/usr/local/bundle GEM_PATH=/usr/local/bundle:/usr/share/rubygems-integration/all:/usr/share/rubygems-integration/3.1.0:/usr/lib/ruby/gems/3.1.0:/var/lib/gems/3.1.0:/usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0 BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_PREFER_LOCAL=true BUNDLE_APP_CONFIG=/usr/local/bundle PATH=/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["irb"]
