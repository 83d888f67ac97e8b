# harden: ignore[pin-base-digest] moves on purpose
FROM node:20
RUN true
