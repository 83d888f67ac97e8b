FROM debian:trixie-slim AS base
ENTRYPOINT java -jar /app.jar
FROM base AS debug
CMD ["--debug"]
