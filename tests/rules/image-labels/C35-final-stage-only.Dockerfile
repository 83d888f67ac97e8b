FROM golang:1.25 AS build
COPY . .
RUN go build -o /out

from scratch
copy --from=build /out /tool
entrypoint ["/tool"]
