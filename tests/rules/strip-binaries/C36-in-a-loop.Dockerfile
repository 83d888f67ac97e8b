FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN for name in a b; do go build -o "/$name" "./cmd/$name"; done
RUN echo "$(go build -o /server)"

FROM scratch
COPY --from=build /a /b /
