FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y gcc curl
FROM debian:bookworm-slim
COPY --from=build /app /app
CMD ["/app"]
