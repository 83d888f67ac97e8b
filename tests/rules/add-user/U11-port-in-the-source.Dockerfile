FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /bin/web .

FROM scratch
COPY --from=build /bin/web /bin/web
CMD ["/bin/web"]
