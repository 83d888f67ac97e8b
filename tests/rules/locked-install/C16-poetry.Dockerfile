FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN pip install poetry
COPY . .
RUN poetry install --no-root
CMD ["python", "main.py"]
