FROM ruby:3.3
WORKDIR /app
COPY . .
RUN bundle config set --local deployment true && bundle install
CMD ["ruby", "app.rb"]
