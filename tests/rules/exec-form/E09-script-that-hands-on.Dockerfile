FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
ENTRYPOINT ["./entrypoint.sh"]
CMD python -m app
