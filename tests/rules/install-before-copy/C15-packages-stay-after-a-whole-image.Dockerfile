FROM python:3.12-alpine
WORKDIR /app
COPY --from=example/docker-tools / /
RUN apk add --no-cache git
CMD ["python3", "-m", "http.server"]
