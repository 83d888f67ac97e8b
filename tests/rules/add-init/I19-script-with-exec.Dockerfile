FROM debian:trixie-slim
COPY . /app
WORKDIR /app
ENTRYPOINT ["./entrypoint.sh"]
CMD ["node", "a.js"]
