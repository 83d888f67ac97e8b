FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN chmod -R u=rwX,go=rX /app
