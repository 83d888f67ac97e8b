FROM debian:trixie-slim AS a
RUN cd /opt && make
RUN cd /x && make
FROM scratch
COPY --from=a /opt /opt
WORKDIR /app
RUN cd /app && /opt/x