FROM debian:trixie-slim AS base
RUN mkdir /a
RUN mkdir /b
FROM base AS test
RUN mkdir /c
RUN mkdir /d
FROM base
RUN mkdir /e
RUN mkdir /f
