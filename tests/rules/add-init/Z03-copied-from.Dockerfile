FROM debian:trixie-slim AS a
CMD ["x"]
FROM scratch
COPY --from=a /x /x
