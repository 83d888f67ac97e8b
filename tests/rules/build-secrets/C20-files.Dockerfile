FROM debian:trixie-slim AS build
COPY id_rsa /root/.ssh/id_rsa
COPY .env.example package.json ./
COPY id_rsa.pub /root/.ssh/
ADD .env /app/
COPY ["deploy/.netrc", "/root/.netrc"]
FROM debian:trixie-slim
COPY --from=build /app/.env /app/.env
