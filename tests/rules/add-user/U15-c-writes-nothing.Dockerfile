FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make
FROM debian:bookworm-slim
WORKDIR /app
COPY --from=build /src/server /usr/local/bin/server
CMD ["server"]
