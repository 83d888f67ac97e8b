FROM node:20 AS build
RUN true
FROM debian:trixie-slim
COPY --from=build /x /x
COPY --from=BUILD /x /y
RUN --mount=from=build,target=/z ls
