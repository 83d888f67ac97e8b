FROM debian:bookworm
RUN apt-get update && apt-get install -y ruby ruby-dev bundler build-essential libpq-dev
WORKDIR /app
COPY Gemfile Gemfile.lock ./
RUN bundle config set --local path vendor/bundle && bundle install
COPY . .
CMD ["bundle", "exec", "puma", "-p", "3000"]
