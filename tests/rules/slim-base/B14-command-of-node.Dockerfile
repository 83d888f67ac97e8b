FROM node:22-bookworm
CMD ["git", "daemon"]
