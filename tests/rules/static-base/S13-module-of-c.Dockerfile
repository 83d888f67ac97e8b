FROM golang:1.25-alpine AS build
RUN apk add --no-cache gcc musl-dev
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.22
COPY --from=build /server /server
CMD ["/server"]
