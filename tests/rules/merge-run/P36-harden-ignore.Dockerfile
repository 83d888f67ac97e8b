FROM debian:trixie-slim
RUN mkdir /a
# harden: ignore[merge-run] its own layer on purpose
RUN mkdir /b
RUN mkdir /c
RUN mkdir /d
