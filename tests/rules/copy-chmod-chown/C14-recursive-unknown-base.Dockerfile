FROM example/base:1
WORKDIR /app
COPY . .
RUN chown -R 1000:1000 /app
CMD ["/app/run"]
