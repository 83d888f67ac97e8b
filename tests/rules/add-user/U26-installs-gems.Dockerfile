FROM ruby:3.3-slim
WORKDIR /app
COPY . .
RUN bundle config set without development && bundle install
CMD ["ruby", "app.rb"]
