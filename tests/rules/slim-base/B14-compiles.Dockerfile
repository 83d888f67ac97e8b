FROM ruby:3.3-bookworm
RUN bundle install
CMD ["ruby", "x.rb"]
