FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y gcc
ARG V=1
RUN apt-get install -y make
FROM debian:trixie-slim
COPY --from=build /x /x
