FROM node:20
RUN true
FROM debian:trixie-slim
COPY --from=0 /x /x
