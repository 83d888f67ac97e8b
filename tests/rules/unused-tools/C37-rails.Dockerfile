FROM ruby:3.4-slim
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y curl libjemalloc2 && \
    rm -rf /var/lib/apt/lists /var/cache/apt/archives
COPY . .
CMD ["./bin/rails", "server"]
