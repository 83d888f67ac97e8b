FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install poetry
COPY pyproject.toml .
RUN poetry install --no-root
COPY . .
CMD ["python", "main.py"]
