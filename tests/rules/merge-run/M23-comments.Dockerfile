FROM debian:trixie-slim
# first
RUN mkdir /a

# second
#   indented words

RUN mkdir /b && \
    # inside
    touch /b/c
# third
RUN \
  # in the gap
  mkdir /d
