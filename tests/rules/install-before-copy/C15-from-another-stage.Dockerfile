FROM golang:1.22 AS build
RUN go build -o /x
FROM debian:trixie-slim
COPY --from=build /x /opt/x
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
CMD ["python3", "/app/x.py"]
