FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server . && mkdir /dist && mv server /dist/app

FROM scratch AS files
COPY --from=build /dist /dist

FROM alpine:3.22
COPY --from=files /dist/app /bin/
CMD ["app"]
