FROM gcr.io/distroless/nodejs22-debian12
COPY server.js /app/
VOLUME /data
CMD ["/app/server.js"]
