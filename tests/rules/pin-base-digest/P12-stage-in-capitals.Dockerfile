FROM alpine:3.20 AS Build
FROM BUILD
RUN true
