FROM python:3.12-alpine
WORKDIR /app
COPY --from=example/docker-tools / /
RUN apk add --no-cache tini
CMD ["python3", "-m", "http.server"]
