FROM node:22-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN useradd -ms /bin/bash web
USER web
CMD ["node", "-p", "1"]
