FROM debian:trixie-slim
ADD ["http://example.org/x-1.2.3.zip", "/x y.zip"]
ADD --chown=1:1 \
  # it is large
  http://example.org/x-1.2.3.zip \
  /y.zip
