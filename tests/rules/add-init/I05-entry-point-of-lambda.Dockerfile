FROM debian:12
COPY lambda-entrypoint.sh /
ENTRYPOINT ["/lambda-entrypoint.sh"]
CMD ["app.handler"]
