FROM debian:trixie-slim
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN mkdir /a; touch /a/b
RUN mkdir /c
# a chain stops at a failure with and without -e
RUN mkdir /d && touch /d/e
RUN if [ -e /c ]; then chmod 755 /h; touch /f; fi
RUN mkdir /g
