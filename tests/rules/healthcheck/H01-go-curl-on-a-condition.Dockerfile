FROM golang:1.22-alpine AS build
WORKDIR /src
COPY . .
RUN go build -o /app .

FROM debian:bookworm-slim
COPY --from=build /app /app
ARG DEV=0
RUN apt-get update && if [ "$DEV" = 1 ]; then apt-get install -y --no-install-recommends curl; fi && rm -rf /var/lib/apt/lists/*
EXPOSE 8080
CMD ["/app"]
