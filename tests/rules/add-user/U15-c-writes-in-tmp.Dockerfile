FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc make libc6-dev
COPY . /src
RUN make -C /src
FROM debian:bookworm
COPY --from=build /src/server /usr/local/bin/server
CMD ["server"]
