FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM debian:bookworm-slim
RUN useradd --uid 1001 --create-home --shell /usr/sbin/nologin app
COPY --from=build --chown=app:app /server /server
USER app
CMD ["/server"]
