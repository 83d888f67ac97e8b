FROM debian:bookworm
RUN apt-get update && apt-get install -y ruby ruby-dev build-essential
RUN gem install sinatra
WORKDIR /app
COPY app.rb .
CMD ["ruby", "app.rb"]
