# the base
FROM debian:trixie-slim  AS x
# why
RUN true \
  # inside
  && false
