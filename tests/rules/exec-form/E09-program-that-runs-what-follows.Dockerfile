FROM ruby:3.4-slim-bookworm
WORKDIR /app
COPY . .
ENTRYPOINT ["bundle", "exec"]
CMD puma -p 3000
