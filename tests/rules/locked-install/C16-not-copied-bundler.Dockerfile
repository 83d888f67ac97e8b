FROM ruby:3.3
WORKDIR /app
COPY Gemfile .
RUN bundle install --jobs 4
COPY . .
CMD ["ruby", "app.rb"]
