FROM ruby:3.3
WORKDIR /tide
COPY . .
RUN bundle install && rm -rf vendor/cache && ruby lib/tide.rb
CMD ["ruby", "lib/tide.rb"]
