FROM debian:trixie-slim
COPY docker/entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["node", "a.js"]
