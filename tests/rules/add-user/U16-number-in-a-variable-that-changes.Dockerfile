FROM python:3.12-slim
ARG APP_ID=10001
RUN useradd --uid=$APP_ID appuser
ARG APP_ID=10002
USER appuser
CMD ["python3", "-m", "http.server", "8080"]
