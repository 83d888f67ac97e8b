FROM debian:bookworm
RUN apt-get update && apt-get install -y ruby ruby-dev bundler build-essential libpq-dev && useradd -m app
WORKDIR /app
COPY . .
USER app
RUN bundle install
CMD ["bundle", "exec", "puma", "-p", "3000"]
