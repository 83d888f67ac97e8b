FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ruby-dev \
        gcc libc6-dev make \
        libyaml-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
# the extension is compiled here
RUN gem build soundex.gemspec \
    && gem install --local --no-document soundex-1.0.0.gem
CMD ["ruby", "app.rb"]
