FROM node:22-bookworm
RUN curl -fsSL https://example.org/x | tar xz
CMD ["node", "server.js"]
