FROM golang:1.25 AS build
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM node:22-slim
COPY --from=build /server /server
CMD ["/server"]
