FROM python:3.12-slim
SHELL ["/bin/bash", "-c"]
ARG UID=10001
RUN useradd -u $UID appuser
USER appuser
CMD ["python3", "-m", "http.server", "8080"]
