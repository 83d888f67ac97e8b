FROM python:3.12-slim
ARG UID=10001
RUN adduser \
    --disabled-password \
    --gecos "" \
    --uid "${UID}" \
    appuser
USER appuser
CMD ["python3", "-m", "http.server", "8080"]
