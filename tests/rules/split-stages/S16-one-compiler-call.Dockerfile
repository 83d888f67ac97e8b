FROM alpine:3.20
RUN apk add --no-cache gcc musl-dev
COPY main.c /src/main.c
RUN gcc -O2 -o /usr/local/bin/server /src/main.c
ENTRYPOINT ["/usr/local/bin/server"]
