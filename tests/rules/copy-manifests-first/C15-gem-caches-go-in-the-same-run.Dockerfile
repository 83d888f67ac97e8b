FROM ruby:3.3
WORKDIR /tide
COPY . .
# the caches would stay in the layer if another RUN removed them
RUN bundle install && rm -rf ~/.bundle/ "$BUNDLE_PATH"/ruby/*/cache && ruby lib/tide.rb
CMD ["ruby", "lib/tide.rb"]
