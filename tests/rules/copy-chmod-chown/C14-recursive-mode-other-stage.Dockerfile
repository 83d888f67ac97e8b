FROM golang:1.22 AS build
FROM debian:bookworm-slim
COPY --from=build /out /srv/app
RUN chmod -R 755 /srv/app
