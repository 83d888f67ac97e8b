FROM ruby:3.4-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["./bin/rails", "server"]
