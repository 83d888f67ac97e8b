FROM debian:bookworm
RUN apt-get update && apt-get install -y ruby ruby-dev bundler build-essential libpq-dev
WORKDIR /app
COPY . .
RUN bundle config set path vendor/bundle && bundle install
CMD ["bundle", "exec", "puma", "-p", "3000"]
