FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
EXPOSE 8001
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["/app/start.sh"]
