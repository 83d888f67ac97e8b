FROM debian:trixie-slim
CMD echo-server "grüß \"x\"" a\\b
