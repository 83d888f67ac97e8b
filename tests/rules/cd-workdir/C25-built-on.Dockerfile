FROM debian:trixie-slim AS base
RUN cd /opt && make
RUN cd /opt && make install
FROM base
RUN make
