FROM gcc:14 AS build
RUN apt-get update && apt-get install -y libcurl4-openssl-dev
COPY main.c .
RUN gcc -o /app main.c -lcurl

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl nano ca-certificates
COPY --from=build /app /app
CMD ["/app"]
