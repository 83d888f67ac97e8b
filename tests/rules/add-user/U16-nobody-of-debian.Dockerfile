FROM python:3.12-slim
WORKDIR /app
USER nobody:nogroup
CMD ["python", "-m", "http.server"]
