# escape=`
FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod -R 755 /app
