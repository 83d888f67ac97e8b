FROM debian:trixie-slim
CMD ["bash", "-lc", "node a.js"]
