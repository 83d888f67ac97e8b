FROM debian:trixie-slim
COPY --from=assets /x /x
RUN --mount=from=tools,target=/t ls
