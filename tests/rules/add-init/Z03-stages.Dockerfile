FROM debian:trixie-slim AS build
RUN make
CMD ["a"]
FROM debian:trixie-slim
COPY --from=build /a /a
CMD ["/a"]
