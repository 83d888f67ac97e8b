ARG GIT_TOKEN
FROM debian:trixie-slim AS base
ARG GIT_TOKEN
ARG A_TOKEN=abc123def
ARG B_TOKEN
RUN fetch $B_TOKEN && fetch $A_TOKEN && fetch $GIT_TOKEN
FROM base
ARG C_TOKEN
RUN fetch
