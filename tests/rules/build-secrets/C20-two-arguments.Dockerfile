FROM debian:trixie-slim
ARG API_USER
ARG API_PASSWORD
ARG API_TOKEN=""
RUN --mount=type=cache,target=/var/cache/x fetch --user "$API_USER" --password "$API_PASSWORD" --token $API_TOKEN
