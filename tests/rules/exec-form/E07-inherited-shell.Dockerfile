FROM debian:trixie-slim AS base
SHELL ["/bin/bash", "-c"]
FROM base
CMD app --x
