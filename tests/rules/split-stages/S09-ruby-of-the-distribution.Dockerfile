FROM debian:bookworm
RUN apt-get update
RUN apt-get install -y ruby ruby-dev ruby-bundler build-essential
WORKDIR /app
COPY . .
RUN bundle install --local
EXPOSE 8080
CMD ruby app.rb
