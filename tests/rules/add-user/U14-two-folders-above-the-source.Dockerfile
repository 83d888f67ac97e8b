FROM python:3.11-slim
WORKDIR /srv/app
COPY pyproject.toml ./
COPY src/ ./src/
ENV PYTHONPATH=/srv/app/src
EXPOSE 8000
CMD ["python", "-m", "shop"]
