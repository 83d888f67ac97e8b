FROM alpine:3.20
RUN apk add --no-cache libcap
COPY server /usr/local/bin/server
RUN setcap cap_net_bind_service=+ep /usr/local/bin/server
CMD ["server"]
