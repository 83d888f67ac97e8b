FROM debian:trixie-slim AS build
RUN --mount=type=bind,target=/src cd /src && make
RUN --mount=type=bind,target=/src cd /src && make install
RUN --mount=type=cache,target=/root/.cache cd /opt && make fetch
RUN --mount=type=cache,target=/root/.cache cd /opt && make unpack

FROM debian:trixie-slim
COPY --from=build /opt /opt
