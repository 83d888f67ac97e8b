FROM debian:trixie-slim
CMD ["sh", "-c", "exec gosu app tini -- node a.js"]
