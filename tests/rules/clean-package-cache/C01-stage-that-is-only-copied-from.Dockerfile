FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc
RUN gcc -o /app app.c
FROM debian:bookworm-slim
COPY --from=build /app /app
