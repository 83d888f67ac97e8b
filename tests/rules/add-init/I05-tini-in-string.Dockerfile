FROM debian:trixie-slim
CMD ["sh", "-c", "exec tini -- node a.js $X"]
