FROM debian:trixie-slim
COPY --chmod=777 a /a
ADD --chmod=0666 b /b
