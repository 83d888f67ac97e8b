FROM debian:trixie-slim
CMD [ \
  # nvm
  "bash", "-lc", \
  "cd /app && node a.js" \
]
